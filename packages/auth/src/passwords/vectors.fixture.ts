// cspell:ignore epxvflvkpx

/** Hashes made by other systems: the system, the password, the hash. None was made by this code. */
export const vectors: readonly (readonly [madeBy: string, password: string, hash: string])[] = [
  [
    'Werkzeug 3.1 scrypt',
    'cat',
    'scrypt:32768:8:1$a1B2c3D4e5F6g7H8$8701cd4450c4ba276e6700d9d1f7c6392639763f4fc2cbe4f66d938df789de4c71a21e0b3e4a6ef6d0b42f72f7cc9db769bdc3e4e72469a26078faef78066504',
  ],
  [
    'Werkzeug 3.1 scrypt with other figures',
    'pässwörd ☃',
    'scrypt:16384:8:1$kR9sT2uV5wX8yZ1a$abf38009bcf94c43040c532bfeac542c387c665a8a4814731d7d685b1ffa479e19cfc2c967145ef9daa47aa7620089b07450ae2e547e5fdc72f1b66857258781',
  ],
  [
    'Werkzeug 2.3 pbkdf2:sha256:600000',
    'cat',
    'pbkdf2:sha256:600000$tHt3cWiyACWYHVCs$47eda1d5a41600613f4ae625063015d4ece95fd4ef7d81386404712530db0ede',
  ],
  [
    'Werkzeug pbkdf2:sha1:260000',
    'dog',
    'pbkdf2:sha1:260000$tFlQ61fjNr5EDir0$1c4de30f976bc8ea18fd700536e663121994bdee',
  ],
  [
    'Werkzeug pbkdf2:sha512:1000',
    'boo',
    'pbkdf2:sha512:1000$UyLsHSLQuqEMXwB7$43106bac7322fb71284b2e95ca14178781ffdc6785f36af1d4dce93bbe85aca98240aff06ea7faaccf9ee6404e78063c512a15988c2e3ac2be7fdaa3939a1f0b',
  ],
  [
    'Werkzeug pbkdf2:sha256:1000',
    'pässwörd ☃',
    'pbkdf2:sha256:1000$tUqaeoZx$8ca642ffd8e036c9a5e7b6cda14479274e6abf3f774a3ba73f9f5a1730ddb1c6',
  ],
  [
    'Werkzeug pbkdf2:sha256 without its rounds',
    'foobar',
    'pbkdf2:sha256$0aSaltYsalt$bf3b3337a1b4cb904f66db62e33a8b7420ed3bc65abbc3822ec0d8ca42c8063d',
  ],
  [
    'Werkzeug 3.1.9 scrypt',
    'pässwörd ☃',
    'scrypt:32768:8:1$zVAI3pyQrbQIiG1j$f84d813f9c62e4bbe0ad51277c69679dd454b559f0567d5c0f62acc2d785d70ba8b99922ff939a89354d0e630be9fcd603c5f02177d99323cde02f8dce1e2a68',
  ],
  [
    'Werkzeug 3.1.9 pbkdf2',
    'pässwörd ☃',
    'pbkdf2:sha256:1000000$cLHbKOR5Z60y6SDF$3d1416eb16dc2654252675a63f987a0c7f8b53f5af0102379ddccbe3990d2b10',
  ],
  [
    'Werkzeug 3.1.9 pbkdf2:sha1:1000',
    'pässwörd ☃',
    'pbkdf2:sha1:1000$bkkebj6w6XIjmZFi$1a53c21579bcbc5e079cd69e118ba86182217ea4',
  ],
  [
    'Django 5.2 pbkdf2_sha256',
    'pässwörd ☃',
    'pbkdf2_sha256$1000000$EZRMVuLYEHK49JirBGSHZA$Il3mE/0KuX2Fgvla+/f35ugk5Y+C/2qMPu8sV1w07do=',
  ],
  [
    'Django 5.2 pbkdf2_sha1',
    'cat',
    'pbkdf2_sha1$1000000$IgKM7L2gDp9zJFKOREU5uI$aNznRNBhLBwEEuwSDr3lah4hO5I=',
  ],
  [
    'Django 5.2 argon2',
    'pässwörd ☃',
    'argon2$argon2id$v=19$m=102400,t=2,p=8$bTdOUVNkYWkwQzVQeHkzUWp5NnRuNA$NyFiB6OyedlUQzxmnR5+QfrRW9xJL8aLHymb+yM42wU',
  ],
  [
    'Django 5.2 bcrypt_sha256',
    'pässwörd ☃',
    'bcrypt_sha256$$2b$12$BUk1dtE9SSMP0pJSStl5C.kK/LJUop1eVx0RO4pSKGd5I4QRnMTQ.',
  ],
  ['Django 5.2 bcrypt', 'cat', 'bcrypt$$2b$12$knQg3t3DNgVlrC5v.5WOdeTu2e5A/4NAo8VAQciVCVFXRkbL1gCie'],
  [
    'Django 5.2 scrypt',
    'cat',
    'scrypt$16384$X578ps98D5PquOCDRtjmJm$8$5$uNdUYlEz3gWFr4eJWIB6+eVEtBVXSb5W1rCHMdIdBP2jO+km+xTaJyQ2Jlg8SewbcmNFgWLJDy2ob4SA1oGI+g==',
  ],
  ['passlib 1.7 phpass', 'cat', '$P$BrRJ0I4m4durdTCgNCsCvbHfPOxbzk.'],
  ['passlib 1.7 phpass as phpBB has it', 'pässwörd ☃', '$H$6kHRV4zYLROhhj9FY6Mtktg5P7cvtk.'],
  ['WordPress 6.1', 'cat', '$P$BLYoVPXDflewilhnPJAQp9.e14kM350'],
  ['WordPress 6.1', 'pässwörd ☃', '$P$BGSXofb1oYUBddW2o0UbWm4sv1wSAi.'],
  [
    'PHP 8.2, as WordPress 6.8 does it',
    'cat',
    '$wp$2y$10$qCgIUNBFyWpRYqC/GompIOtZ8VPAkFZYXBPvPNc461eREw1VFhW5y',
  ],
  [
    'PHP 8.2, as Laravel does it',
    'pässwörd ☃',
    '$2y$10$C9ecb3dqzpBbeK8Ojz3j8OnVP.TTC30IODAKY/CkGZ7UvuiaQ0yp6',
  ],
  [
    'PHP 8.2, 80 bytes long',
    'abcdefgh'.repeat(10),
    '$2y$05$4Ca2yo.qqDKqYhnkx84Xl.c0Y.qr1sOcFjTMeT5pRHHxJuzMVDY66',
  ],
  [
    'Ruby bcrypt 3.1, as Devise does it',
    'cat',
    '$2a$11$RXkDHFj6IXxIjD0uTdXJ1uor/EQSlhY.1r.UZU2iqdOQfJ/3GtBdC',
  ],
  ['Python bcrypt 5.0', 'cat', '$2b$10$uQ.4or99hL3LBCoHS9pYZObI3x9oBDlfyWHkMGRrkDw0m/zHdOGI6'],
  [
    'Python bcrypt 5.0, as Spring Security writes it',
    'cat',
    '{bcrypt}$2a$06$aytzPE2.dUk3rFo/WvE8TO7QjWYwjInniihcyy5XNai/MgEycGobm',
  ],
  [
    'passlib 1.7 scrypt',
    'cat',
    '$scrypt$ln=14,r=8,p=1$EaKUUupdC2HMubc2ZiwlZA$34+ZiUCCi3X53Sb0ZvHNmJw/F+WKSt8c97IRB6U8Je4',
  ],
  [
    'argon2-cffi 25.1 argon2i',
    'pässwörd ☃',
    '$argon2i$v=19$m=4096,t=3,p=2$lFJqLaW0tlbqHeN8D4FwDg$oTnwy93igic8tIEBiOovYMp3u6MLOyBAscDUn223gEY',
  ],
  [
    'argon2-cffi 25.1 argon2d',
    'pässwörd ☃',
    '$argon2d$v=19$m=4096,t=3,p=2$y1lrDeF8TwkhRIhxTikFYA$XIq4dUUU9tLDmggDg/v0WGq6yWs23RNW+0Xz3syWrFs',
  ],
  [
    'argon2-cffi 25.1 argon2id',
    'pässwörd ☃',
    '$argon2id$v=19$m=4096,t=3,p=2$yhmDEEIopRSilHJOyTkHYA$fdeL89vNutTYSJYHf+Bqji0Aou2MaaFgIvwLuHuI7WY',
  ],
  [
    'better-auth 1.7',
    'pässwörd ☃',
    '0a21b91354a9ec4b28e6ffcbaa1c562a:697b2a75533ea8af4012590de1ea9659e2d1d356ff1fd11bd47b6b10181eefd0a5b3800315a90a04da7c6fe5937bc26e7b8ffb71b972eab4c6e813201d46bb7c',
  ],
  [
    'Lucia 3.2',
    'pässwörd ☃',
    'b7699d31b6e870fc821472a992ab213b:277649d05095e30e5b3c1381c6c5e4f2d8470a8efb2e1a852c0c1c58d8a3ed2e0fcf19e7e43f46afd357b440bf6d9e3894515851fbe3cbba3658cc3dd50725cf',
  ],
  [
    'Lucia 2.7',
    'pässwörd ☃',
    's2:j3epxvflvkpx157t:6d908e602f3038384e351fb34dc2187186b03f189a2547d9a7cef37f7a32558c2916b60b6476740100802acfb3b44a38ce3e63cef2812d0530bc72cb997e4103',
  ],
  [
    'passlib 1.7 pbkdf2_sha512',
    'pässwörd ☃',
    '$pbkdf2-sha512$1000$AUCoFYJwDoFQirG21nqvdQ$CgUUWSQJBQ9BOzFA.BIMOLNkpBSLvD68JYUr8DLVxW7h/dxHn/6DWSEd7nV.RKGHNtAFfQmoNYKtWHsQi0dWgA',
  ],
  [
    'passlib 1.7 pbkdf2_sha256',
    'pässwörd ☃',
    '$pbkdf2-sha256$1000$ICRkjFHqnRNCqLX2PsdYqw$WZOIxpBswlE04J8nJO6UpbFQhKO5gxNc/25oxvXCPTk',
  ],
  ['passlib 1.7 pbkdf2_sha1', 'cat', '$pbkdf2$1000$fE8ppTTmPMfY.z/HOMd4Tw$c0r4xt3/Ew8fcvVCaRCEIwZubrc'],
  [
    'passlib 1.7 bcrypt_sha256, version 2',
    'pässwörd ☃',
    '$bcrypt-sha256$v=2,t=2b,r=5$d/3Mbd4uaQ/1i1Q8oD61X.$Dsras0k3fPQ1mYj9IkylhIQLkOHBR8i',
  ],
  [
    'passlib 1.7 bcrypt_sha256, version 1',
    'pässwörd ☃',
    '$bcrypt-sha256$2b,5$HZfQuTY7.lUY79x4KYYS/.$bPKY/j.oGQfw6cWBT5jX0yCBgwwydOe',
  ],
  [
    'passlib 1.7 argon2',
    'pässwörd ☃',
    '$argon2id$v=19$m=1024,t=2,p=1$HCOkNGaM8V5rbY3RGgNAiA$YbABNZEc8qFVcUS4GfN7f5kwOcqMBYsfVmFXtFSUYrw',
  ],
];

/** The same for weak formats. */
export const weakVectors: readonly (readonly [madeBy: string, password: string, hash: string])[] = [
  ['Werkzeug sha1', 'hey', 'sha1$56RbszSlTSgh3ajL$f461774f1c30ea9f23f43bb74f9f24c8c32d4881'],
  ['Werkzeug md5', 'who', 'md5$kz5ozA87OzGcmC7H$aad25e1da1be97b549fad936349a1cdd'],
  ['Werkzeug plain', 'yoo', 'plain$$yoo'],
  ['Django 5.2 md5', 'cat', 'md5$MVfYINTFYGNjHMbZh5G6ki$469f731f43d31d9be42a835f8c3c23fc'],
  // Computed by Python as Django defines them (django.contrib.auth).
  ['Django sha1', 'cat', 'sha1$a1b2c3d4$0ed6c66e79b000a03a0acadad278ac4fcd1bfb6d'],
  ['Django unsalted md5', 'cat', 'md5$$d077f244def8a70e5ea758bd8352fcd8'],
  ['Django unsalted sha1', 'cat', 'sha1$$9d989e8d27dc9e0ec3389fc855f142c3d40f0c50'],
  ['Django unsalted md5 without a prefix', 'cat', 'd077f244def8a70e5ea758bd8352fcd8'],
];

/** Made by Ruby's bcrypt, as Devise does it with this pepper. */
export const deviseVector = {
  pepper: '0123456789abcdef pepper',
  password: 'cat',
  hash: '$2a$06$NT4J/f41qCHtHFd0g71tNe5OIZgky.qv.zBN4zqkV7/u/IJSv92cS',
};

/** Made by passlib 1.7 of `base64(HMAC-SHA512(salt, password))`, as Flask-Security's `hash_password` does it. */
export const flaskSecuritySalt = '146585145368132386173505678016728509634';
export const flaskSecurityVectors: readonly (readonly [madeBy: string, password: string, hash: string])[] = [
  [
    'argon2',
    'cat',
    '$argon2id$v=19$m=65536,t=3,p=4$6j3nvDcGoPRe651zznnv/Q$6lAM4xyICon/d/1EtXuEm/6mEDjyGy6jxXtRfF5u5Nk',
  ],
  ['bcrypt', 'cat', '$2b$05$Wam3PIXtGOsEuQB69rXiD.nGvDk/I98XfwZngkUfplR6U46Nj.qiC'],
  [
    'PBKDF2',
    'cat',
    '$pbkdf2-sha512$1000$EiLEuLdW6n0v5TyHkPK.dw$YOeU/5JlWKw2hdST9K.ZOXnIqB1bEtzkIkov6fL.0tsH3ZhIR9y1UgCTHksaSAf6HGMHE0/YXl9uCQojP6KiwA',
  ],
  [
    'bcrypt over SHA-256',
    'cat',
    '$bcrypt-sha256$v=2,t=2b,r=5$sLVPw.HRxBNTTWfjmKFFZ.$Ck39qN46Sozocd1BQP8dKvPlxmoBQKC',
  ],
  [
    'a password in NFKD',
    'pässwörd ☃',
    '$bcrypt-sha256$v=2,t=2b,r=5$wsNsdZKsvZ7oKcrjIt2Pee$xOwtLlircRlmwdtsQmln94d.3rHWNQe',
  ],
  [
    'a password as typed',
    'pässwörd ☃',
    '$bcrypt-sha256$v=2,t=2b,r=5$ZZhojw6dCuQHr42Age2Q7O$/z8SsbpBJOaPSN/Av7xnMcAc3Q6TcaC',
  ],
];
