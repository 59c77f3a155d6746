-- Positions are shown by outlet name. A stored place had to be written anew for every outlet behind a new one.
alter table outlet_relation drop column ordinal;
