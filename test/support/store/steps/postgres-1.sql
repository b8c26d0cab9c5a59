create table meta (id bigint primary key, version bigint not null, revision bigint not null,
       created_at text collate "C" not null) ;
create table permissions (permission text collate "C" primary key, description text collate "C", skeleton text collate "C" not null,
       revision bigint not null) ;
create table roles (role text collate "C" primary key, description text collate "C", skeleton text collate "C" not null, revision bigint not null) ;
create table users ("user" text collate "C" primary key, email text collate "C", name text collate "C", disabled bigint not null, skeleton text collate "C" not null,
       revision bigint not null) ;
create table inheritance (role text collate "C" not null references roles, inherits text collate "C" not null references roles,
       revision bigint not null, primary key (role, inherits)) ;
create table grants (role text collate "C" not null references roles, effect text collate "C" not null, permission text collate "C" not null,
       scope text collate "C" not null, revision bigint not null, primary key (role, permission, effect, scope)) ;
create table everyone (role text collate "C" primary key references roles, revision bigint not null) ;
create table assignments ("user" text collate "C" not null references users, role text collate "C" not null references roles,
       scope text collate "C" not null, "from" text collate "C", "until" text collate "C", revision bigint not null,
       primary key ("user", role, scope)) ;
create table entries (seq bigint primary key, revision bigint not null, at text collate "C" not null, actor text collate "C" not null,
       os_user text collate "C" not null, reason text collate "C", change text collate "C" not null, kind text collate "C" not null, "user" text collate "C", role text collate "C",
       inherits text collate "C", permission text collate "C", prev text collate "C" not null, hash text collate "C" not null, mac text collate "C") ;
create index permissions_skeleton on permissions (skeleton);
create index roles_skeleton on roles (skeleton);
create index users_skeleton on users (skeleton);
create index inheritance_inherits on inheritance (inherits);
create index grants_permission on grants (permission);
create index assignments_role on assignments (role, "user");
create index grants_scope on grants (scope) where scope <> '';
create index assignments_scope on assignments (scope) where scope <> '';
create index entries_revision on entries (revision, at);
create index entries_structure on entries (seq) where "user" is null;
create index entries_user on entries ("user", seq) where "user" is not null;
create index entries_role on entries (role, seq) where role is not null;
create index entries_inherits on entries (inherits, seq) where inherits is not null;
create function entries_append() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      last bigint;
      fits boolean;
    begin
      execute format('select max(seq) from %I.entries where seq < (select min(seq) from added)', tg_table_schema) into last;
      select min(seq) = coalesce(last, 0) + 1 and max(seq) - min(seq) + 1 = count(*) into fits from added;
      if not fits then raise exception 'entries only grow, one after the other'; end if;
      return null;
    end $$;
create function entries_refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin raise exception 'entries are never changed or deleted'; end $$;
create trigger entries_append after insert on entries referencing new table as added
   for each statement execute function entries_append();
create trigger entries_refuse before update or delete or truncate on entries
   for each statement execute function entries_refuse();
