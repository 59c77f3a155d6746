-- A reason more: a word that cannot be true together with one of another claim ("rose", "fell").
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (
    kind in (
        'denial', 'quantity_conflict', 'quantity_superseded', 'opposite', 'syndicated', 'copied_passage', 'named_upstream',
        'own_access', 'attributed', 'shared_quotation', 'shared_wording', 'same_family', 'outlet_voice', 'undecided'
    )
);
