-- Two reasons more: somebody else holds what only one can hold, and an odd number that an earlier article gives as well.
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (
    kind in (
        'denial', 'quantity_conflict', 'quantity_superseded', 'opposite', 'rival', 'syndicated', 'copied_passage', 'named_upstream',
        'own_access', 'attributed', 'shared_quotation', 'shared_wording', 'shared_value', 'same_family', 'outlet_voice', 'undecided'
    )
);
