create table constraints ("constraint" text collate "C" primary key, type text collate "C" not null, roles text collate "C" not null, "limit" bigint,
       needs text collate "C", skeleton text collate "C" not null, revision bigint not null) ;
create table policy (setting text collate "C" primary key, revision bigint not null) ;
create index constraints_skeleton on constraints (skeleton);
drop index assignments_role;
create index assignments_role on assignments (role, "user", scope, "from", "until", revision);
drop index grants_permission;
create index grants_permission on grants (permission, effect, scope, role, revision);
create index users_disabled on users ("user") where disabled <> 0;
