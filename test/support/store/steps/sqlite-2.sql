create table constraints ("constraint" text primary key, type text not null, roles text not null, "limit" integer,
       needs text, skeleton text not null, revision integer not null) strict;
create table policy (setting text primary key, revision integer not null) strict;
create index constraints_skeleton on constraints (skeleton);
drop index assignments_role;
create index assignments_role on assignments (role, "user", scope, "from", "until", revision);
drop index grants_permission;
create index grants_permission on grants (permission, effect, scope, role, revision);
create index users_disabled on users ("user") where disabled <> 0;
