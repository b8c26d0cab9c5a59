-- A database of format 1, as that format was written: seeded, then changed twice.
pragma application_id = 1919050083;
pragma foreign_keys = off;
begin;
CREATE TABLE assignments ("user" text not null references users, role text not null references roles,
       scope text not null, "from" text, "until" text, revision integer not null,
       primary key ("user", role, scope)) strict, without rowid;
INSERT INTO "assignments" VALUES('alice','auditor','acme',NULL,'2040-01-01T00:00:00.000Z',1);
INSERT INTO "assignments" VALUES('alice','reader','',NULL,NULL,1);
INSERT INTO "assignments" VALUES('bob','auditor','',NULL,NULL,2);
INSERT INTO "assignments" VALUES('root','editor','',NULL,NULL,1);
CREATE TABLE entries (seq integer primary key, revision integer not null, at text not null, actor text not null,
       os_user text not null, reason text, change text not null, kind text not null, "user" text, role text,
       inherits text, permission text, prev text not null, hash text not null, mac text) strict;
INSERT INTO "entries" VALUES(1,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"description":"Read posts"},"before":null,"kind":"permission.add","permission":"posts:read"}','permission.add',NULL,NULL,NULL,'posts:read','','7f017a98bdb8875fc41c62a246523a28a2c278e32cf9ef3d0fdf22915569851a',NULL);
INSERT INTO "entries" VALUES(2,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"description":"Publish"},"before":null,"kind":"permission.add","permission":"posts:publish"}','permission.add',NULL,NULL,NULL,'posts:publish','7f017a98bdb8875fc41c62a246523a28a2c278e32cf9ef3d0fdf22915569851a','92cddee21aeeac3f4ae1b9c9e0e14abcd6f997334bb16e5fe370bb7cff85002e',NULL);
INSERT INTO "entries" VALUES(3,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"description":"Reads"},"before":null,"kind":"role.add","role":"reader"}','role.add',NULL,'reader',NULL,NULL,'92cddee21aeeac3f4ae1b9c9e0e14abcd6f997334bb16e5fe370bb7cff85002e','cb47bde7fe334d83b7a0a5a9b87d5468557bd24dd619f08e23ee9ad71df54faa',NULL);
INSERT INTO "entries" VALUES(4,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"description":null},"before":null,"kind":"role.add","role":"editor"}','role.add',NULL,'editor',NULL,NULL,'cb47bde7fe334d83b7a0a5a9b87d5468557bd24dd619f08e23ee9ad71df54faa','d1af5d45c7331b79b2c09a46bb29aa84be6d5e9b0533f618e1529ca2e5aacd89',NULL);
INSERT INTO "entries" VALUES(5,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"description":null},"before":null,"kind":"role.add","role":"auditor"}','role.add',NULL,'auditor',NULL,NULL,'d1af5d45c7331b79b2c09a46bb29aa84be6d5e9b0533f618e1529ca2e5aacd89','8fa3261c1d5551f8a4128405306daf32fc2719bf10299f0872615d5787ee681b',NULL);
INSERT INTO "entries" VALUES(6,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"disabled":false,"email":null,"name":null},"before":null,"kind":"user.add","user":"root"}','user.add','root',NULL,NULL,NULL,'8fa3261c1d5551f8a4128405306daf32fc2719bf10299f0872615d5787ee681b','0f4c83557c76baca9ddc4d42e31f3f749d19248398a6944e2a5bb46c256bfb29',NULL);
INSERT INTO "entries" VALUES(7,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"disabled":false,"email":"alice@example.com","name":null},"before":null,"kind":"user.add","user":"alice"}','user.add','alice',NULL,NULL,NULL,'0f4c83557c76baca9ddc4d42e31f3f749d19248398a6944e2a5bb46c256bfb29','6be4abcfbed8705242c13d075bcb2d2b608681fa278c763759fd9b8a4a0f04f7',NULL);
INSERT INTO "entries" VALUES(8,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"inherits":"reader","kind":"inheritance.add","role":"editor"}','inheritance.add',NULL,'editor','reader',NULL,'6be4abcfbed8705242c13d075bcb2d2b608681fa278c763759fd9b8a4a0f04f7','92e636933e101be5b358c0ddea121722d173591568b284b2f8424783e662bc35',NULL);
INSERT INTO "entries" VALUES(9,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:read","role":"reader","scope":null}','grant.add',NULL,'reader',NULL,'posts:read','92e636933e101be5b358c0ddea121722d173591568b284b2f8424783e662bc35','1c377aafca142eec3c3a21b3ef2d18fd676d38458867d66f8d7221aedd97a506',NULL);
INSERT INTO "entries" VALUES(10,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:*","role":"editor","scope":null}','grant.add',NULL,'editor',NULL,'posts:*','1c377aafca142eec3c3a21b3ef2d18fd676d38458867d66f8d7221aedd97a506','a68aa24ca56aeec85fc01bddc4a9e1d2438886fa8873e4ad3f7ec02ed9d4ad7d',NULL);
INSERT INTO "entries" VALUES(11,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:publish","role":"editor","scope":"acme"}','grant.add',NULL,'editor',NULL,'posts:publish','a68aa24ca56aeec85fc01bddc4a9e1d2438886fa8873e4ad3f7ec02ed9d4ad7d','345abfc0ac6a6ff9c57ee0e6306ce745907e34c3e72920ae3b96e70cc8fc3aaa',NULL);
INSERT INTO "entries" VALUES(12,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"effect":"deny","kind":"grant.add","permission":"posts:publish","role":"auditor","scope":null}','grant.add',NULL,'auditor',NULL,'posts:publish','345abfc0ac6a6ff9c57ee0e6306ce745907e34c3e72920ae3b96e70cc8fc3aaa','f326bd68161397e0062c0958f95dc79d946adddf61db642e7a338261c19077a5',NULL);
INSERT INTO "entries" VALUES(13,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{},"before":null,"kind":"everyone.add","role":"reader"}','everyone.add',NULL,'reader',NULL,NULL,'f326bd68161397e0062c0958f95dc79d946adddf61db642e7a338261c19077a5','aff62f78a390a1791165afb1f590157500746af6a7d209e6dd0f75d82987c7a1',NULL);
INSERT INTO "entries" VALUES(14,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"editor","scope":null,"user":"root"}','assignment.add','root','editor',NULL,NULL,'aff62f78a390a1791165afb1f590157500746af6a7d209e6dd0f75d82987c7a1','fc4272aebcf1e86893526a7a464d2a3a3df9254ee96ae86ced3619c0ba657ae3',NULL);
INSERT INTO "entries" VALUES(15,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"reader","scope":null,"user":"alice"}','assignment.add','alice','reader',NULL,NULL,'fc4272aebcf1e86893526a7a464d2a3a3df9254ee96ae86ced3619c0ba657ae3','0eab1e35981f488b95a9073738a1b5186c7a331b41d8537c514cc4e9364729e7',NULL);
INSERT INTO "entries" VALUES(16,1,'2026-11-21T03:36:25.287Z','root','root',NULL,'{"after":{"from":null,"until":"2040-01-01T00:00:00.000Z"},"before":null,"kind":"assignment.add","role":"auditor","scope":"acme","user":"alice"}','assignment.add','alice','auditor',NULL,NULL,'0eab1e35981f488b95a9073738a1b5186c7a331b41d8537c514cc4e9364729e7','cfb7f3983c9137d37b27d9f19c74f28667f6c10f22bda08c305f02d51eaec378',NULL);
INSERT INTO "entries" VALUES(17,2,'2026-11-21T03:36:31.423Z','root','root','on call','{"after":{"disabled":false,"email":null,"name":null},"before":null,"kind":"user.add","user":"bob"}','user.add','bob',NULL,NULL,NULL,'cfb7f3983c9137d37b27d9f19c74f28667f6c10f22bda08c305f02d51eaec378','fe640e57e9c5e725ac230345d302657b0f51c6ec039b88af4b56a66d197ac83e',NULL);
INSERT INTO "entries" VALUES(18,2,'2026-11-21T03:36:31.423Z','root','root','on call','{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"auditor","scope":null,"user":"bob"}','assignment.add','bob','auditor',NULL,NULL,'fe640e57e9c5e725ac230345d302657b0f51c6ec039b88af4b56a66d197ac83e','4bae7d180e17603eebdb30029276ddd303b151e2c4dded098b30ef81826b20e1',NULL);
INSERT INTO "entries" VALUES(19,3,'2026-11-21T03:36:36.245Z','root','root',NULL,'{"after":{"disabled":true,"email":null,"name":null},"before":{"disabled":false,"email":null,"name":null},"kind":"user.update","user":"bob"}','user.update','bob',NULL,NULL,NULL,'4bae7d180e17603eebdb30029276ddd303b151e2c4dded098b30ef81826b20e1','e5cf6f89fba8d37db421197574b7a5fc0e6cc24b5718f367829fd70bb734e40b',NULL);
CREATE TABLE everyone (role text primary key references roles, revision integer not null) strict;
INSERT INTO "everyone" VALUES('reader',1);
CREATE TABLE grants (role text not null references roles, effect text not null, permission text not null,
       scope text not null, revision integer not null, primary key (role, permission, effect, scope)) strict, without rowid;
INSERT INTO "grants" VALUES('auditor','deny','posts:publish','',1);
INSERT INTO "grants" VALUES('editor','allow','posts:*','',1);
INSERT INTO "grants" VALUES('editor','allow','posts:publish','acme',1);
INSERT INTO "grants" VALUES('reader','allow','posts:read','',1);
CREATE TABLE inheritance (role text not null references roles, inherits text not null references roles,
       revision integer not null, primary key (role, inherits)) strict, without rowid;
INSERT INTO "inheritance" VALUES('editor','reader',1);
CREATE TABLE meta (id integer primary key, version integer not null, revision integer not null,
       created_at text not null) strict;
INSERT INTO "meta" VALUES(1,1,3,'2026-11-21T03:36:23.895Z');
CREATE TABLE permissions (permission text primary key, description text, skeleton text not null,
       revision integer not null) strict;
INSERT INTO "permissions" VALUES('posts:read','Read posts','posts:read',1);
INSERT INTO "permissions" VALUES('posts:publish','Publish','posts:publish',1);
CREATE TABLE roles (role text primary key, description text, skeleton text not null, revision integer not null) strict;
INSERT INTO "roles" VALUES('reader','Reads','reader',1);
INSERT INTO "roles" VALUES('editor',NULL,'editor',1);
INSERT INTO "roles" VALUES('auditor',NULL,'auditor',1);
CREATE TABLE users ("user" text primary key, email text, name text, disabled integer not null, skeleton text not null,
       revision integer not null) strict;
INSERT INTO "users" VALUES('root',NULL,NULL,0,'root',1);
INSERT INTO "users" VALUES('alice','alice@example.com',NULL,0,'alice',1);
INSERT INTO "users" VALUES('bob',NULL,NULL,1,'bob',3);
CREATE INDEX permissions_skeleton on permissions (skeleton);
CREATE INDEX roles_skeleton on roles (skeleton);
CREATE INDEX users_skeleton on users (skeleton);
CREATE INDEX inheritance_inherits on inheritance (inherits);
CREATE INDEX grants_permission on grants (permission);
CREATE INDEX assignments_role on assignments (role, "user");
CREATE INDEX grants_scope on grants (scope) where scope <> '';
CREATE INDEX assignments_scope on assignments (scope) where scope <> '';
CREATE INDEX entries_revision on entries (revision, at);
CREATE INDEX entries_structure on entries (seq) where "user" is null;
CREATE INDEX entries_user on entries ("user", seq) where "user" is not null;
CREATE INDEX entries_role on entries (role, seq) where role is not null;
CREATE INDEX entries_inherits on entries (inherits, seq) where inherits is not null;
CREATE TRIGGER entries_append before insert on entries
     when new.seq is not (select coalesce(max(seq), 0) + 1 from entries)
     begin select raise(abort, 'entries only grow, one after the other'); end;
CREATE TRIGGER entries_no_update before update on entries begin select raise(abort, 'entries are never changed'); end;
CREATE TRIGGER entries_no_delete before delete on entries begin select raise(abort, 'entries are never deleted'); end;
commit;
