create table meta (id integer primary key, version integer not null, revision integer not null,
       created_at text not null) strict;
create table permissions (permission text primary key, description text, skeleton text not null,
       revision integer not null) strict;
create table roles (role text primary key, description text, skeleton text not null, revision integer not null) strict;
create table users ("user" text primary key, email text, name text, disabled integer not null, skeleton text not null,
       revision integer not null) strict;
create table inheritance (role text not null references roles, inherits text not null references roles,
       revision integer not null, primary key (role, inherits)) strict, without rowid;
create table grants (role text not null references roles, effect text not null, permission text not null,
       scope text not null, revision integer not null, primary key (role, permission, effect, scope)) strict, without rowid;
create table everyone (role text primary key references roles, revision integer not null) strict;
create table assignments ("user" text not null references users, role text not null references roles,
       scope text not null, "from" text, "until" text, revision integer not null,
       primary key ("user", role, scope)) strict, without rowid;
create table entries (seq integer primary key, revision integer not null, at text not null, actor text not null,
       os_user text not null, reason text, change text not null, kind text not null, "user" text, role text,
       inherits text, permission text, prev text not null, hash text not null, mac text) strict;
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
create trigger entries_append before insert on entries
     when new.seq is not (select coalesce(max(seq), 0) + 1 from entries)
     begin select raise(abort, 'entries only grow, one after the other'); end;
create trigger entries_no_update before update on entries begin select raise(abort, 'entries are never changed'); end;
create trigger entries_no_delete before delete on entries begin select raise(abort, 'entries are never deleted'); end;
