-- A database of format 3, as that format was written: one of format 2, migrated, then changed three times.
pragma application_id = 1919050083;
pragma foreign_keys = off;
begin;
CREATE TABLE meta (id integer primary key, version integer not null, revision integer not null,
       created_at text not null, confusables text not null default '') strict;
INSERT INTO meta VALUES(1,3,7,'2026-11-29T01:28:40.418Z','17.0.0');
CREATE TABLE permissions (permission text primary key, description text, skeleton text not null,
       revision integer not null, skeleton_folded text not null default '') strict;
INSERT INTO permissions VALUES('posts:read','Read posts','posts:read',1,'posts:read');
INSERT INTO permissions VALUES('posts:publish','Publish','posts:publish',1,'posts:publish');
CREATE TABLE roles (role text primary key, description text, skeleton text not null, revision integer not null, skeleton_folded text not null default '') strict;
INSERT INTO roles VALUES('reader','Reads','reader',1,'reader');
INSERT INTO roles VALUES('editor',NULL,'editor',1,'editor');
INSERT INTO roles VALUES('auditor',NULL,'auditor',1,'auditor');
INSERT INTO roles VALUES('admin',NULL,'adrnin',1,'adrnin');
CREATE TABLE users ("user" text primary key, email text, name text, disabled integer not null, skeleton text not null,
       revision integer not null, skeleton_folded text not null default '') strict;
INSERT INTO users VALUES('root',NULL,NULL,0,'root',1,'root');
INSERT INTO users VALUES('alice','alice@example.com',NULL,0,'alice',1,'alice');
INSERT INTO users VALUES('Zoe',NULL,'Zoë',0,'Zoe',6,'zoe');
CREATE TABLE inheritance (role text not null references roles, inherits text not null references roles,
       revision integer not null, primary key (role, inherits)) strict, without rowid;
INSERT INTO inheritance VALUES('editor','reader',1);
CREATE TABLE grants (role text not null references roles, effect text not null, permission text not null,
       scope text not null, revision integer not null, primary key (role, permission, effect, scope)) strict, without rowid;
INSERT INTO grants VALUES('admin','allow','*:*','',1);
INSERT INTO grants VALUES('editor','allow','posts:*','',1);
INSERT INTO grants VALUES('editor','allow','posts:publish','acme',1);
INSERT INTO grants VALUES('auditor','deny','posts:publish','',1);
INSERT INTO grants VALUES('reader','allow','posts:read','',1);
CREATE TABLE everyone (role text primary key references roles, revision integer not null) strict;
INSERT INTO everyone VALUES('reader',1);
CREATE TABLE assignments ("user" text not null references users, role text not null references roles,
       scope text not null, "from" text, "until" text, revision integer not null,
       primary key ("user", role, scope)) strict, without rowid;
INSERT INTO assignments VALUES('root','admin','',NULL,NULL,1);
INSERT INTO assignments VALUES('alice','auditor','acme',NULL,'2040-01-01T00:00:00.000Z',1);
INSERT INTO assignments VALUES('Zoe','editor','',NULL,NULL,6);
INSERT INTO assignments VALUES('alice','reader','',NULL,NULL,1);
CREATE TABLE entries (seq integer primary key, revision integer not null, at text not null, actor text not null,
       os_user text not null, reason text, change text not null, kind text not null, "user" text, role text,
       inherits text, permission text, prev text not null, hash text not null, mac text) strict;
INSERT INTO entries VALUES(1,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":"Read posts"},"before":null,"kind":"permission.add","permission":"posts:read"}','permission.add',NULL,NULL,NULL,'posts:read','','f9202a55c372ccc6b9fe9dd9bbfbd72b94aca73de32f477be89ac3f3667f2956',NULL);
INSERT INTO entries VALUES(2,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":"Publish"},"before":null,"kind":"permission.add","permission":"posts:publish"}','permission.add',NULL,NULL,NULL,'posts:publish','f9202a55c372ccc6b9fe9dd9bbfbd72b94aca73de32f477be89ac3f3667f2956','2734da440462125fcfd49424117be0d2cef27096caff48bc8158bdff55c70f27',NULL);
INSERT INTO entries VALUES(3,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":"Reads"},"before":null,"kind":"role.add","role":"reader"}','role.add',NULL,'reader',NULL,NULL,'2734da440462125fcfd49424117be0d2cef27096caff48bc8158bdff55c70f27','e08eb3e16e42faee4b95ed35afe1da895d6c712c83e078f6083760585ba8599c',NULL);
INSERT INTO entries VALUES(4,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":null},"before":null,"kind":"role.add","role":"editor"}','role.add',NULL,'editor',NULL,NULL,'e08eb3e16e42faee4b95ed35afe1da895d6c712c83e078f6083760585ba8599c','6d8984830fa6d8f855d547b0abbb0211eebc6e17a02febd9ee12385ffbf969eb',NULL);
INSERT INTO entries VALUES(5,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":null},"before":null,"kind":"role.add","role":"auditor"}','role.add',NULL,'auditor',NULL,NULL,'6d8984830fa6d8f855d547b0abbb0211eebc6e17a02febd9ee12385ffbf969eb','204be4c80477b60713293ece4d42fa2bb6dcf27c66125f6ac0d5e0ce349257c7',NULL);
INSERT INTO entries VALUES(6,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"description":null},"before":null,"kind":"role.add","role":"admin"}','role.add',NULL,'admin',NULL,NULL,'204be4c80477b60713293ece4d42fa2bb6dcf27c66125f6ac0d5e0ce349257c7','3b563f911a8a33f190d9e6ab540cbcab209b6ece1e7d9c63425069afb39a5b0d',NULL);
INSERT INTO entries VALUES(7,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"disabled":false,"email":null,"name":null},"before":null,"kind":"user.add","user":"root"}','user.add','root',NULL,NULL,NULL,'3b563f911a8a33f190d9e6ab540cbcab209b6ece1e7d9c63425069afb39a5b0d','6cfff871844c639e5367aff37ed8319c83b73ea7b16e9d4f6848bc894b9e9191',NULL);
INSERT INTO entries VALUES(8,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"disabled":false,"email":"alice@example.com","name":null},"before":null,"kind":"user.add","user":"alice"}','user.add','alice',NULL,NULL,NULL,'6cfff871844c639e5367aff37ed8319c83b73ea7b16e9d4f6848bc894b9e9191','92e3d3897022b0538080a16765c546504b36dfd5155aea287830865f6351b554',NULL);
INSERT INTO entries VALUES(9,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"disabled":true,"email":null,"name":null},"before":null,"kind":"user.add","user":"bob"}','user.add','bob',NULL,NULL,NULL,'92e3d3897022b0538080a16765c546504b36dfd5155aea287830865f6351b554','37881f570449818389fc71609624d7390c8e5b37b39ad624944158fe7ac66210',NULL);
INSERT INTO entries VALUES(10,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"disabled":false,"email":null,"name":"Zoë"},"before":null,"kind":"user.add","user":"Zoë"}','user.add','Zoë',NULL,NULL,NULL,'37881f570449818389fc71609624d7390c8e5b37b39ad624944158fe7ac66210','82fa993f44735c16bfb7eb638845be1041e38451a2b04fe0aa5e1b88c3d49e21',NULL);
INSERT INTO entries VALUES(11,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"inherits":"reader","kind":"inheritance.add","role":"editor"}','inheritance.add',NULL,'editor','reader',NULL,'82fa993f44735c16bfb7eb638845be1041e38451a2b04fe0aa5e1b88c3d49e21','6d3ab15989370be19ab38b9b42a498b05595424555515ac2b5c23237072c516e',NULL);
INSERT INTO entries VALUES(12,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:read","role":"reader","scope":null}','grant.add',NULL,'reader',NULL,'posts:read','6d3ab15989370be19ab38b9b42a498b05595424555515ac2b5c23237072c516e','57bf202158f06be6ff70b0b3dfc49d7f3382da7ced8b179960935fcbead405c0',NULL);
INSERT INTO entries VALUES(13,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:*","role":"editor","scope":null}','grant.add',NULL,'editor',NULL,'posts:*','57bf202158f06be6ff70b0b3dfc49d7f3382da7ced8b179960935fcbead405c0','ff8cd0a022d67b9f67443a6353f46a64bbdad78def611e608ab262a9888fd3c1',NULL);
INSERT INTO entries VALUES(14,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"posts:publish","role":"editor","scope":"acme"}','grant.add',NULL,'editor',NULL,'posts:publish','ff8cd0a022d67b9f67443a6353f46a64bbdad78def611e608ab262a9888fd3c1','c731b99872307cd9e31f3cb40fd65ef6db4482e5a555cbfb6c904a88bd8f55eb',NULL);
INSERT INTO entries VALUES(15,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"effect":"deny","kind":"grant.add","permission":"posts:publish","role":"auditor","scope":null}','grant.add',NULL,'auditor',NULL,'posts:publish','c731b99872307cd9e31f3cb40fd65ef6db4482e5a555cbfb6c904a88bd8f55eb','857e69fb50ad173168f77f4e0b527ca720bd0b86f2c5726a4a49a8f841828428',NULL);
INSERT INTO entries VALUES(16,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"effect":"allow","kind":"grant.add","permission":"*:*","role":"admin","scope":null}','grant.add',NULL,'admin',NULL,'*:*','857e69fb50ad173168f77f4e0b527ca720bd0b86f2c5726a4a49a8f841828428','bde1b892557711c3c098d1bfca2cc8d464420c969ee68283873737a89462dfb0',NULL);
INSERT INTO entries VALUES(17,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{},"before":null,"kind":"everyone.add","role":"reader"}','everyone.add',NULL,'reader',NULL,NULL,'bde1b892557711c3c098d1bfca2cc8d464420c969ee68283873737a89462dfb0','5c8d92c6ce783dc761e96769ed6b3288c103565b49bb57f669bcb8d3f6bb12b0',NULL);
INSERT INTO entries VALUES(18,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"admin","scope":null,"user":"root"}','assignment.add','root','admin',NULL,NULL,'5c8d92c6ce783dc761e96769ed6b3288c103565b49bb57f669bcb8d3f6bb12b0','40dd9cf0e3d67012256d7e4b0071c840c1f0e1a1ae2777037196b7c79ad79e47',NULL);
INSERT INTO entries VALUES(19,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"reader","scope":null,"user":"alice"}','assignment.add','alice','reader',NULL,NULL,'40dd9cf0e3d67012256d7e4b0071c840c1f0e1a1ae2777037196b7c79ad79e47','8b4cf34e6c13c0e5d7097c9ac16547dd38adeed701d03af660fbd96789efe581',NULL);
INSERT INTO entries VALUES(20,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"from":null,"until":"2040-01-01T00:00:00.000Z"},"before":null,"kind":"assignment.add","role":"auditor","scope":"acme","user":"alice"}','assignment.add','alice','auditor',NULL,NULL,'8b4cf34e6c13c0e5d7097c9ac16547dd38adeed701d03af660fbd96789efe581','e92d810c37268e477196890ee656d3befc563c9542635945ea0cddfe1ec68feb',NULL);
INSERT INTO entries VALUES(21,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"editor","scope":null,"user":"Zoë"}','assignment.add','Zoë','editor',NULL,NULL,'e92d810c37268e477196890ee656d3befc563c9542635945ea0cddfe1ec68feb','afecb002435979f2f85b51a7e69920077b7cd394bfa73f5fec34605751c30d9d',NULL);
INSERT INTO entries VALUES(22,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"limit":2,"needs":null,"roles":["auditor","editor"],"type":"ssd"},"before":null,"constraint":"four-eyes","kind":"constraint.add"}','constraint.add',NULL,NULL,NULL,NULL,'afecb002435979f2f85b51a7e69920077b7cd394bfa73f5fec34605751c30d9d','dfe893a7ca2621c0316979979916de672c41dc3b205c0d38d9f4b3c74f9eae72',NULL);
INSERT INTO entries VALUES(23,1,'2026-11-29T01:28:40.693Z','root','root',NULL,'{"after":{"limit":1,"needs":null,"roles":["admin"],"type":"min_users"},"before":null,"constraint":"last-admin","kind":"constraint.add"}','constraint.add',NULL,NULL,NULL,NULL,'dfe893a7ca2621c0316979979916de672c41dc3b205c0d38d9f4b3c74f9eae72','22603c951b9eb5ba3098dbd9a53469c3ce45538c4f74e58b33e90ec03c492d85',NULL);
INSERT INTO entries VALUES(24,2,'2026-11-29T01:28:41.253Z','root','root','on call','{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"auditor","scope":null,"user":"bob"}','assignment.add','bob','auditor',NULL,NULL,'22603c951b9eb5ba3098dbd9a53469c3ce45538c4f74e58b33e90ec03c492d85','fa6f59d66e926d099059425f7950e39cc468c0e8bcbacdfdc347b7fc5380bdaf',NULL);
INSERT INTO entries VALUES(25,3,'2026-11-29T01:28:41.748Z','root','root',NULL,'{"after":{"disabled":true,"email":null,"name":null},"before":null,"kind":"user.add","user":"robert"}','user.add','robert',NULL,NULL,NULL,'fa6f59d66e926d099059425f7950e39cc468c0e8bcbacdfdc347b7fc5380bdaf','8966c4643efa3d75b641fda77d30f04da09fe120b9f3c4b94edd9cd12f70b291',NULL);
INSERT INTO entries VALUES(26,3,'2026-11-29T01:28:41.748Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"auditor","scope":null,"user":"robert"}','assignment.add','robert','auditor',NULL,NULL,'8966c4643efa3d75b641fda77d30f04da09fe120b9f3c4b94edd9cd12f70b291','aff7cdf6f7ac9cd96e6c7166c00db48c2e5cc0e40b75ec25652960bb17b5431b',NULL);
INSERT INTO entries VALUES(27,3,'2026-11-29T01:28:41.748Z','root','root',NULL,'{"after":null,"before":{"from":null,"until":null},"kind":"assignment.remove","role":"auditor","scope":null,"user":"bob"}','assignment.remove','bob','auditor',NULL,NULL,'aff7cdf6f7ac9cd96e6c7166c00db48c2e5cc0e40b75ec25652960bb17b5431b','55e09d6f18c2a59b81f7680c4c588b24b51449d4b509dc53c01a6deb97106797',NULL);
INSERT INTO entries VALUES(28,3,'2026-11-29T01:28:41.748Z','root','root',NULL,'{"after":null,"before":{"disabled":true,"email":null,"name":null},"kind":"user.remove","user":"bob"}','user.remove','bob',NULL,NULL,NULL,'55e09d6f18c2a59b81f7680c4c588b24b51449d4b509dc53c01a6deb97106797','b8406bf2e731c7abceafd38382d3ea13d7d8700c1977966726faff28a62d103a',NULL);
INSERT INTO entries VALUES(29,4,'2026-11-29T01:28:42.160Z','root','root',NULL,'{"after":null,"before":{"from":null,"until":null},"kind":"assignment.remove","role":"auditor","scope":null,"user":"robert"}','assignment.remove','robert','auditor',NULL,NULL,'b8406bf2e731c7abceafd38382d3ea13d7d8700c1977966726faff28a62d103a','b221220a23df40d03b4866f4f10f3628e574f42270537e186c05b72408088308',NULL);
INSERT INTO entries VALUES(30,4,'2026-11-29T01:28:42.160Z','root','root',NULL,'{"after":null,"before":{"disabled":true,"email":null,"name":null},"kind":"user.remove","user":"robert"}','user.remove','robert',NULL,NULL,NULL,'b221220a23df40d03b4866f4f10f3628e574f42270537e186c05b72408088308','bc5f37f625b8fd2b0693e87a92758fd5932e939c7466bcf40735261e8c965b90',NULL);
INSERT INTO entries VALUES(31,5,'2026-11-30T20:54:26.234Z','root','root',NULL,'{"after":{"but":[],"when":"resource.open"},"before":null,"digest":"12a7cca3fa9d0e859ac75ffbf96cfaf69aa1a2c4fb5b00e5ea22bbd9b5c4484c","effect":"allow","kind":"conditional.add","permission":"posts:publish","role":"reader","scope":null}','conditional.add',NULL,'reader',NULL,'posts:publish','bc5f37f625b8fd2b0693e87a92758fd5932e939c7466bcf40735261e8c965b90','a1c173f992d0091900ff52c0d40d8789aa9fb572d121a7f2db5e75e5a9c11109',NULL);
INSERT INTO entries VALUES(32,6,'2026-11-30T20:54:26.482Z','root','root',NULL,'{"after":{"disabled":false,"email":null,"name":"Zoë"},"before":null,"kind":"user.add","user":"Zoe"}','user.add','Zoe',NULL,NULL,NULL,'a1c173f992d0091900ff52c0d40d8789aa9fb572d121a7f2db5e75e5a9c11109','393fc29b9f920be38798627d0970fac38cc462bff388c6a4e3a261f2857b4ad2',NULL);
INSERT INTO entries VALUES(33,6,'2026-11-30T20:54:26.482Z','root','root',NULL,'{"after":{"from":null,"until":null},"before":null,"kind":"assignment.add","role":"editor","scope":null,"user":"Zoe"}','assignment.add','Zoe','editor',NULL,NULL,'393fc29b9f920be38798627d0970fac38cc462bff388c6a4e3a261f2857b4ad2','7f22872fc355e9e8abab562a6d50952c6c6cc0d4213591a3ce4e6e8fe51f7057',NULL);
INSERT INTO entries VALUES(34,6,'2026-11-30T20:54:26.482Z','root','root',NULL,'{"after":null,"before":{"from":null,"until":null},"kind":"assignment.remove","role":"editor","scope":null,"user":"Zoë"}','assignment.remove','Zoë','editor',NULL,NULL,'7f22872fc355e9e8abab562a6d50952c6c6cc0d4213591a3ce4e6e8fe51f7057','9594b5b7936609b1b1e74a7a0b59bacb9a0a479d06efb4d51a3c01483a2e65bf',NULL);
INSERT INTO entries VALUES(35,6,'2026-11-30T20:54:26.482Z','root','root',NULL,'{"after":null,"before":{"disabled":false,"email":null,"name":"Zoë"},"kind":"user.remove","user":"Zoë"}','user.remove','Zoë',NULL,NULL,NULL,'9594b5b7936609b1b1e74a7a0b59bacb9a0a479d06efb4d51a3c01483a2e65bf','2b5a338fb78776336d14deab23375d24e77a3ff02008468239841345f9df0f7b',NULL);
INSERT INTO entries VALUES(36,6,'2026-11-30T20:54:26.482Z','root','root',NULL,'{"after":{},"before":null,"former":"Zoë","kind":"former.add","name":"Zoe","of":"user","revision":6}','former.add',NULL,NULL,NULL,NULL,'2b5a338fb78776336d14deab23375d24e77a3ff02008468239841345f9df0f7b','e03428375c36d4e92a1aa8e7bc748774d40ca8dc00e35a8abcf2a074e25b27cc',NULL);
INSERT INTO entries VALUES(37,7,'2026-11-30T20:54:26.907Z','root','root',NULL,'{"after":{"type":"bool","values":null},"attribute":"open","before":null,"kind":"attribute.add","resource":"posts"}','attribute.add',NULL,NULL,NULL,NULL,'e03428375c36d4e92a1aa8e7bc748774d40ca8dc00e35a8abcf2a074e25b27cc','9f24e7bdbbf944a85f4acec2b2b7140ba5e9aaf27ef7a21ae2647f4306e6d8f4',NULL);
CREATE TABLE constraints ("constraint" text primary key, type text not null, roles text not null, "limit" integer,
       needs text, skeleton text not null, revision integer not null, skeleton_folded text not null default '') strict;
INSERT INTO constraints VALUES('four-eyes','ssd','["auditor","editor"]',2,NULL,'four-eyes',1,'four-eyes');
INSERT INTO constraints VALUES('last-admin','min_users','["admin"]',1,NULL,'last-adrnin',1,'last-adrnin');
CREATE TABLE policy (setting text primary key, revision integer not null) strict;
CREATE TABLE conditionals (role text not null references roles, effect text not null, permission text not null, scope text not null, digest text not null, but text not null, "when" text, revision integer not null, primary key (role, effect, permission, scope, digest)) strict, without rowid;
INSERT INTO conditionals VALUES('reader','allow','posts:publish','','12a7cca3fa9d0e859ac75ffbf96cfaf69aa1a2c4fb5b00e5ea22bbd9b5c4484c','[]','resource.open',5);
CREATE TABLE attributes (resource text not null, attribute text not null, type text not null, "values" text, revision integer not null, primary key (resource, attribute)) strict, without rowid;
INSERT INTO attributes VALUES('posts','open','bool',NULL,7);
CREATE TABLE formers ("of" text not null, name text not null, former text not null, revision integer not null, primary key ("of", name, former, revision)) strict, without rowid;
INSERT INTO formers VALUES('user','Zoe','Zoë',6);
CREATE TABLE identities (source text not null, "key" text not null, "user" text not null references users, revision integer not null, primary key (source, "key", "user")) strict, without rowid;
CREATE TABLE approvals (approval text primary key, count integer, roles text, "and" text, revision integer not null) strict;
CREATE INDEX permissions_skeleton on permissions (skeleton);
CREATE INDEX roles_skeleton on roles (skeleton);
CREATE INDEX users_skeleton on users (skeleton);
CREATE INDEX inheritance_inherits on inheritance (inherits);
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
CREATE INDEX constraints_skeleton on constraints (skeleton);
CREATE INDEX assignments_role on assignments (role, "user", scope, "from", "until", revision);
CREATE INDEX grants_permission on grants (permission, effect, scope, role, revision);
CREATE INDEX users_disabled on users ("user") where disabled <> 0;
CREATE INDEX conditionals_permission on conditionals (permission);
CREATE INDEX formers_former on formers ("of", former);
CREATE INDEX identities_user on identities ("user");
CREATE INDEX constraints_skeleton_folded on constraints (skeleton_folded);
CREATE INDEX permissions_skeleton_folded on permissions (skeleton_folded);
CREATE INDEX roles_skeleton_folded on roles (skeleton_folded);
CREATE INDEX users_skeleton_folded on users (skeleton_folded);
CREATE INDEX assignments_role_scope on assignments (role, scope, "user", "from", "until", revision);
commit;
