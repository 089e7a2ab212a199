"""Words with a fixed meaning in lists of people: forms of address, degrees, legal forms, shared hosts."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _lines(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.strip().splitlines())


PARTICLES = _words(
    """
    van von der den de del della dela di da do dos das du la le ten ter te zu zur zum bin ibn bint ben al el
    abu san st af av mac vander vanden
    """
)
"""Small words that belong to the surname behind them."""

TITLES = _words(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend hon ing dipl-ing diplom-ingenieur
    herr frau hr fr mag doktor mme mlle m monsieur madame sr sra srta senor senora don dona sig sigra signor
    signora dott dottssa avv dhr mevr mevrouw drs ir capt captain col maj gen lt sgt mister
    dr-ing dipl univ univ-prof ddr mmag
    """
)

NAMES_TOO = _words("don dona m fr hr ing sr gen mag col maj ir sir lady lord")
"""Forms of address that are also names or initials: they are left out only with a dot behind them."""

TITLE_ENDINGS = _words("med jur iur rer nat phil oec pol dent vet habil sc techn theol agr mult hc eh")
"""What a doctor may be of, behind another title and with a dot: `Dr. med.`, `Dr. rer. nat.`"""

CREDENTIALS = _words(
    """
    mba phd md jd cpa cfa cfp pmp pe esq dds dvm rn msc bsc ma ba bs ms meng beng llm llb mph mpa edd dba
    cissp cism cisa shrm-cp shrm-scp sphr phr cipd fcca acca aca ca cma cfe csm cspo six-sigma pmi-acp itil
    fca fcma obe mbe cbe ret msw lcsw rd np do pharmd cscp cphr ccim pgdm emba mpp mfa med bcom mcom btech
    mtech be gphr cebs chfc clu cima frm crm rac frsa
    """
)
"""Letters people put behind their names."""

SURE_CREDENTIALS = _words("phd mba esq pharmd cpa")
"""Those that are no name even when they are not in capitals."""

GENERATIONS = _words("jr sr ii iii iv")

NOT_GIVEN = _lines(
    """
    none
    unknown
    not available
    tbd
    unbekannt
    nicht bekannt
    nicht angegeben
    keine angabe
    keine
    inconnu
    non renseigne
    desconocido
    desconocida
    sconosciuto
    desconhecido
    onbekend
    """
)
"""What people write where anything is missing, without accents."""

NO_NAME = (
    NOT_GIVEN
    | _lines(
        """
    -
    n/a
    #n/a
    n.a.
    (blank)
    not provided
    xxx
    k.a.
    k.a
    k. a.
    k/a
    o.a.
    n.c.
    non renseigné
    """
    )
    | {""}
)
"""What people write where a name is missing."""

LEGAL_FORMS = _words(
    """
    inc incorporated corp corporation co company llc lllp llp lp ltd limited plc pllc pty pvt private gmbh mbh
    ag kg kgaa ohg gbr ug ek ev eg se sa sas sasu sarl eurl sl slu sau spa srl srls snc sapa bv nv vof cv
    ab as
    asa aps oy oyj ltda eireli sp zoo sro doo dd kft zrt bhd sdn pte kk haftungsbeschrankt holding
    """
)
"""Last words of a company's name that say what kind of company it is."""

NO_COMPANY = (
    NOT_GIVEN
    | _lines(
        """
    na
    n a
    not applicable
    self
    self employed
    selfemployed
    freelance
    freelancer
    freelance consultant
    independent
    independent consultant
    retired
    student
    unemployed
    open to work
    seeking new opportunities
    looking for opportunities
    privat
    selbstandig
    selbststandig
    freiberuflich
    freiberufler
    independant
    autonomo
    libero professionista
    stealth
    stealth startup
    stealth mode
    confidential
    """
    )
    | {""}
)
"""What people write where there is no company to name."""

FREE_MAIL = _words(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com aol.com
    protonmail.com proton.me pm.me gmx.com gmx.net gmx.de gmx.at gmx.ch web.de mail.ru bk.ru inbox.ru list.ru
    yandex.ru yandex.com ya.ru qq.com 163.com 126.com sina.com foxmail.com yahoo.com ymail.com rocketmail.com
    t-online.de freenet.de arcor.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it
    virgilio.it tiscali.it alice.it tin.it terra.com.br uol.com.br bol.com.br ig.com.br naver.com hanmail.net
    daum.net rediffmail.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    earthlink.net btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net zoho.com zohomail.com
    fastmail.com hey.com tutanota.com tuta.io mail.com email.com usa.com hushmail.com mailinator.com
    guerrillamail.com bluewin.ch hispeed.ch telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl
    seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg rambler.ru bigpond.com optusnet.com.au
    shaw.ca rogers.com sympatico.ca telus.net duck.com
    """
)
"""Registrable domains where anybody may have a mailbox."""

FREE_MAIL_NAMES = _words("yahoo hotmail outlook live gmx yandex proton protonmail")
"""Providers of free mail under the endings of many countries."""

SOCIAL_HOSTS = _words(
    """
    linkedin.com lnkd.in facebook.com fb.com fb.me instagram.com twitter.com x.com t.co youtube.com youtu.be
    tiktok.com linktr.ee bit.ly tinyurl.com goo.gl t.me telegram.me wa.me whatsapp.com pinterest.com
    medium.com
    about.me crunchbase.com zoominfo.com apollo.io angel.co wellfound.com github.com xing.com google.com
    calendly.com eventbrite.com lu.ma wikipedia.org
    """
)
"""Registrable domains that host pages about companies without being theirs."""

RESERVED_ENDINGS = _words("example test")
"""Endings no registry sells, kept for examples. Source: RFC 2606."""

FLAT_ENDINGS = _words(
    """
    com net org de dev app eu ch nl tech cloud online agency info xyz software digital group consulting
    example
    test
    """
)
"""Endings directly under which companies register, with no public rules of their own in between."""

SHARED_MAILBOXES = _words(
    """
    info sales contact hello hi office team support service admin mail email marketing hr jobs job career
    careers press media billing accounts accounting finance invoice help enquiries inquiries noreply reply no
    newsletter kontakt buero vertrieb verkauf bewerbung ventas compras contacto comercial direction accueil
    """
)
"""Words in addresses that belong to an office and not to a person."""
