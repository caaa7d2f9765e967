/** A name in its own script, and in the letters of an e-mail address. */
export type Name = { written: string; roman: string };

/** Given and family names that are used together. */
export type Culture = {
  given: readonly Name[];
  family: readonly Name[];
  /** Written family name first, without a separator. */
  isFamilyFirst?: true;
};

/** Parses names in another script, each followed by a slash and its Latin spelling. */
const written = (names: string): Name[] =>
  names.split(/\s+/).map((both) => {
    const [own = '', roman = ''] = both.split('/');
    return { written: own, roman };
  });

/** Parses names in Latin letters, and removes their diacritics for addresses. */
const latin = (names: string): Name[] =>
  names.split(/\s+/).map((name) => ({ written: name, roman: withoutMarks(name) }));

function withoutMarks(name: string): string {
  const lower = name.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return lower.replace(/[ßøłđıæþð]/g, (letter) => withoutMark[letter] ?? letter);
}

const withoutMark: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  æ: 'ae',
  þ: 'th',
  ð: 'd',
};

/**
 * Names from many countries and scripts. The Latin spelling of each family name occurs in one culture only, so that
 * different names have different addresses.
 */
export const cultures: readonly Culture[] = [
  {
    given: latin(
      'Olivia Amelia Grace Ruby Hazel Ivy Nora Violet Audrey Stella Claire Naomi Oliver Jack Henry Leo Theodore Oscar Arthur Felix Jasper Miles Owen Silas',
    ),
    family: latin(
      'Smith Jones Taylor Brown Williams Wilson Johnson Davies Wright Walker Thompson Hughes Edwards Green Hall Wood Harris Clarke Turner Hill Cooper Morgan Bennett Fletcher',
    ),
  },
  {
    given: latin(
      'Lucía Sofía Inés Begoña Valentina Ximena Rocío Martín Mateo Íñigo Joaquín Andrés Tomás Raúl Álvaro Nicolás Renata Camila',
    ),
    family: latin(
      'García Martínez López Sánchez Pérez Gómez Muñoz Núñez Ibáñez Jiménez Álvarez Romero Navarro Domínguez Vázquez Ramírez Peña Ordóñez',
    ),
  },
  {
    given: latin(
      'Zoë Anneliese Käthe Jürgen Björn Günther Jörg Sören Mareike Antje Heike Lukas Emil Frieda Götz Änne Ulrike Til',
    ),
    family: latin(
      'Müller Schröder Weiß Groß Jäger König Schäfer Köhler Böhm Vogel Brandt Lindner Hübner Krüger Fuchs Kühn Straßer Öttinger',
    ),
  },
  {
    given: latin(
      'Chloé Léa Inès Manon Maël Loïc Noémie Océane Gaëlle Anaïs Étienne Jérôme Raphaël Théo Gaël Élodie Aurélien Benoît',
    ),
    family: latin(
      'Lefèvre Bernard Dubois Moreau Laurent Girard François Mercier Chevalier Gauthier Perrin Faure Rousseau Blanchet Garçon Besançon Poirier Hébert',
    ),
  },
  {
    given: latin(
      'Łucja Zofia Agnieszka Małgorzata Wojciech Paweł Michał Stanisław Krzysztof Bożena Grażyna Tadeusz Jiří Ondřej Milena Květa Dušan Mária',
    ),
    family: latin(
      'Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jabłoński Novák Dvořák Procházka Kučera Veselý Horák Němec',
    ),
  },
  {
    given: latin(
      'Åsa Björk Sigrún Þóra Guðrún Søren Jørgen Ragnhild Øystein Håkon Mikkel Freja Saga Ingrid Väinö Aino Päivi Jyrki',
    ),
    family: latin(
      'Ångström Lindqvist Bergström Sjöberg Nyström Jónsdóttir Guðmundsson Sigurðsson Sørensen Møller Kjær Hansen Bjørnstad Ødegård Mäkinen Hämäläinen Järvinen Virtanen',
    ),
  },
  {
    given: latin(
      'Ayşe Elif Zeynep Gülşen Özlem Şule Çağla Mehmet Emre Çağrı Oğuz Uğur Işıl Tuğba Doğan Barış Aslı Kerem',
    ),
    family: latin(
      'Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Özdemir Arslan Doğanay Kılıç Çetin Koç Kurt Özkan Şimşek Polat',
    ),
  },
  {
    given: latin(
      'Anh Bình Châu Dũng Đức Giang Hạnh Hiếu Hồng Hương Khánh Lan Linh Mai Ngọc Phượng Quân Thảo',
    ),
    family: latin('Nguyễn Trần Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trịnh Đinh Lương Đoàn'),
  },
  {
    given: latin(
      'Chidi Ngozi Adaeze Emeka Folasade Babajide Yetunde Kwame Abena Kofi Esi Thandiwe Sipho Nomvula Lerato Tendai Wanjiru Kamau',
    ),
    family: latin(
      'Okafor Adeyemi Balogun Eze Okonkwo Mensah Owusu Boateng Asante Nkosi Dlamini Mbeki Khumalo Moyo Mwangi Otieno Njoroge Achieng',
    ),
  },
  {
    given: written(
      'Ольга/olga Татьяна/tatyana Наталья/natalya Светлана/svetlana Анастасия/anastasia Юлия/yulia Дмитрий/dmitry Алексей/alexey Сергей/sergey Фёдор/fyodor Пётр/pyotr Глеб/gleb Ярослав/yaroslav Євген/yevhen Оксана/oksana Сергій/serhiy Ганна/hanna Милица/milica',
    ),
    family: written(
      'Иванова/ivanova Смирнова/smirnova Кузнецова/kuznetsova Попова/popova Соколова/sokolova Лебедева/lebedeva Козлов/kozlov Новиков/novikov Морозов/morozov Петров/petrov Волков/volkov Соловьёв/solovyov Шевченко/shevchenko Бондаренко/bondarenko Ковальчук/kovalchuk Ткаченко/tkachenko Јовановић/jovanovic Петровић/petrovic',
    ),
  },
  {
    given: written(
      'Ελένη/eleni Μαρία/maria Αικατερίνη/aikaterini Βασιλική/vasiliki Γεωργία/georgia Σοφία/sofia Γιώργος/giorgos Δημήτρης/dimitris Κώστας/kostas Νίκος/nikos Παναγιώτης/panagiotis Χρήστος/christos',
    ),
    family: written(
      'Παπαδοπούλου/papadopoulou Παπαδάκης/papadakis Νικολαΐδης/nikolaidis Γεωργίου/georgiou Οικονόμου/oikonomou Βασιλείου/vasileiou Μακρής/makris Αγγέλου/angelou Δημητρίου/dimitriou Αθανασίου/athanasiou Καραγιάννης/karagiannis Ιωάννου/ioannou',
    ),
  },
  {
    given: written(
      'فاطمة/fatima مريم/maryam عائشة/aisha ليلى/layla زينب/zaynab نور/nour محمد/muhammad أحمد/ahmad يوسف/yusuf عمر/omar خالد/khalid إبراهيم/ibrahim شیرین/shirin پرویز/parviz',
    ),
    family: written(
      'العلي/alali الحسن/alhassan الخطيب/alkhatib النجار/alnajjar الحداد/alhaddad المصري/almasri الشامي/alshami حسين/hussein منصور/mansour سليمان/sulayman یزدانی/yazdani رضایی/rezaei کریمی/karimi هاشمی/hashemi',
    ),
  },
  {
    given: written(
      'נועה/noa תמר/tamar יעל/yael מיכל/michal שירה/shira אורי/uri איתי/itay דוד/david יונתן/yonatan משה/moshe',
    ),
    family: written(
      'כהן/cohen לוי/levi מזרחי/mizrahi פרץ/peretz ביטון/biton דהן/dahan אברהם/avraham פרידמן/friedman אזולאי/azoulay שפירא/shapira',
    ),
  },
  {
    given: written(
      'प्रिया/priya अनीता/anita सुनीता/sunita दीपिका/deepika कविता/kavita राहुल/rahul अमित/amit विजय/vijay संजय/sanjay कृष्ण/krishna மீனா/meena লিপি/lipi',
    ),
    family: written(
      'शर्मा/sharma वर्मा/verma गुप्ता/gupta सिंह/singh कुमार/kumar मिश्रा/mishra यादव/yadav पटेल/patel जोशी/joshi अय्यर/iyer முருகன்/murugan চৌধুরী/chowdhury',
    ),
  },
  {
    isFamilyFirst: true,
    given: written(
      '伟/wei 芳/fang 秀英/xiuying 敏/min 静/jing 丽/li 强/qiang 磊/lei 洋/yang 艳/yan 娜/na 涛/tao 明/ming 超/chao 小红/xiaohong 志强/zhiqiang 雨桐/yutong 子涵/zihan',
    ),
    family: written(
      '王/wang 李/li 张/zhang 刘/liu 陈/chen 杨/yang 赵/zhao 黄/huang 周/zhou 吴/wu 徐/xu 孙/sun 胡/hu 朱/zhu 高/gao 林/lin 何/he 郭/guo',
    ),
  },
  {
    isFamilyFirst: true,
    given: written(
      '陽葵/himari 結衣/yui さくら/sakura 美咲/misaki 葵/aoi 翔太/shota 蓮/ren 大輝/daiki 健一/kenichi 直樹/naoki ひなた/hinata ケンジ/kenji',
    ),
    family: written(
      '佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 伊藤/ito 渡辺/watanabe 山本/yamamoto 中村/nakamura 小林/kobayashi 加藤/kato 吉田/yoshida 山田/yamada',
    ),
  },
  {
    isFamilyFirst: true,
    given: written(
      '민준/minjun 서연/seoyeon 지우/jiwoo 하은/haeun 도윤/doyun 예준/yejun 수아/sua 지훈/jihun 현우/hyunwoo 은영/eunyoung',
    ),
    family: written('김/kim 이/yi 박/park 최/choi 정/jeong 강/kang 조/jo 윤/yoon 장/jang 임/im'),
  },
  {
    given: written(
      'สมชาย/somchai สมหญิง/somying มาลี/malee ประยุทธ/prayut วิชัย/wichai นภา/napha ნინო/nino გიორგი/giorgi Անի/ani Տիգրան/tigran አበበ/abebe ሰላም/selam',
    ),
    family: written(
      'ศรีสุข/srisuk แสงทอง/saengthong วงศ์ใหญ่/wongyai ใจดี/jaidee ბერიძე/beridze კაპანაძე/kapanadze Պետրոսյան/petrosyan Հակոբյան/hakobyan ተስፋዬ/tesfaye ገብረ/gebre ხარაძე/kharadze ทองดี/thongdee',
    ),
  },
];
