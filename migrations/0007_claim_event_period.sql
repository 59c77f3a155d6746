-- When the event of a claim is said to be, where the claim says it only to the week, month or year: first and last day.
-- event_date stays the day of an event that is dated to the day.
alter table claim
    add column event_from date,
    add column event_to date,
    add constraint claim_event_period_check check (
        (event_from is null) = (event_to is null) and (event_from is null or event_from <= event_to)
    );
