"""Countries and regions: ISO 3166 codes, names, and which signed on to the Belt and Road.

In the order in which exhibitors come: roughly by trade in goods with China (customs figures of 2023,
rounded to an order by hand), so that the first n are a plausible list of n countries at an expo in
China. The order is an assumption, not a statistic; small territories stand last, to be complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sim.files.text import folded

__all__ = ["CODES", "COUNTRIES", "Country", "code_of", "country_number"]


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region."""

    code: str  # ISO 3166-1 alpha-2
    name: str
    belt_and_road: bool  # signed a memorandum on the Belt and Road, as of 2024


# A star: signed a Belt-and-Road memorandum or an equal statement and had not left by the end of 2024
# (so Italy, which left in 2023, has none, and Panama, which left in 2025, has one). Regions and China
# itself have none.
_TABLE = """
CN China; US United States; JP Japan; KR* Korea; HK Hong Kong; TW Taiwan; DE Germany; VN* Viet Nam;
RU* Russia; MY* Malaysia; AU Australia; BR Brazil; IN India; TH* Thailand; ID* Indonesia;
SG* Singapore; NL Netherlands; SA* Saudi Arabia; MX Mexico; GB United Kingdom;
AE* United Arab Emirates; CA Canada; FR France; IT Italy; PH* Philippines; CL* Chile; CH Switzerland;
ZA* South Africa; IQ* Iraq; PL* Poland; ES Spain; BE Belgium; TR* Türkiye; PE* Peru; KZ* Kazakhstan;
OM* Oman; IL Israel; IE Ireland; QA* Qatar; BD* Bangladesh; NG* Nigeria; KW* Kuwait; AO* Angola;
PK* Pakistan; CZ* Czechia; NZ* New Zealand; MM* Myanmar; CO Colombia; SE Sweden; KG* Kyrgyzstan;
AR* Argentina; DK Denmark; CD* Democratic Republic of the Congo; MN* Mongolia; EG* Egypt;
KH* Cambodia; HU* Hungary; IR* Iran; AT* Austria; GR* Greece; UZ* Uzbekistan; EC* Ecuador;
PA* Panama; GH* Ghana; RO* Romania; NO Norway; DZ* Algeria; FI Finland; SK* Slovakia;
TM* Turkmenistan; UA* Ukraine; PT* Portugal; KE* Kenya; BY* Belarus; TZ* Tanzania; LR* Liberia;
LA* Laos; SI* Slovenia; MA* Morocco; CG* Congo; LY* Libya; PG* Papua New Guinea; UY* Uruguay;
GN* Guinea; MZ* Mozambique; CI* Côte d'Ivoire; JO* Jordan; ZM* Zambia; SN* Senegal; LK* Sri Lanka;
TN* Tunisia; DO* Dominican Republic; RS* Serbia; MO Macao; CR* Costa Rica; GA* Gabon; BG* Bulgaria;
GT Guatemala; CM* Cameroon; TJ* Tajikistan; VE* Venezuela; YE* Yemen; ET* Ethiopia; ZW* Zimbabwe;
BN* Brunei; SD* Sudan; CU* Cuba; LB* Lebanon; CY* Cyprus; MT* Malta; TG* Togo; LT* Lithuania;
HR* Croatia; MR* Mauritania; BJ* Benin; GE* Georgia; AZ* Azerbaijan; GQ* Equatorial Guinea;
MG* Madagascar; NP* Nepal; HN* Honduras; TD* Chad; SV* El Salvador; LU* Luxembourg; BO* Bolivia;
BH* Bahrain; PY Paraguay; UG* Uganda; GY* Guyana; LV* Latvia; NA* Namibia; NI* Nicaragua;
AM* Armenia; EE* Estonia; NE* Niger; AF* Afghanistan; DJ* Djibouti; SL* Sierra Leone; ML* Mali;
MU Mauritius; JM* Jamaica; TT* Trinidad and Tobago; SO* Somalia; BW* Botswana; GM* Gambia;
BF* Burkina Faso; RW* Rwanda; SB* Solomon Islands; HT Haiti; MK* North Macedonia;
BA* Bosnia and Herzegovina; AL* Albania; SY* Syria; FJ* Fiji; BS Bahamas; MV* Maldives; MD* Moldova;
IS Iceland; MW* Malawi; KP North Korea; TL* Timor-Leste; ME* Montenegro; ER* Eritrea; SR* Suriname;
BI* Burundi; LS* Lesotho; SC* Seychelles; CV* Cabo Verde; PS* Palestine; BZ Belize; BB* Barbados;
CF* Central African Republic; SS* South Sudan; GW* Guinea-Bissau; KM* Comoros; SZ Eswatini;
VU* Vanuatu; WS* Samoa; TO* Tonga; AG* Antigua and Barbuda; DM* Dominica; GD* Grenada;
LC Saint Lucia; VC Saint Vincent and the Grenadines; KN Saint Kitts and Nevis; KI* Kiribati;
FM* Micronesia; MH Marshall Islands; PW Palau; NR* Nauru; TV Tuvalu; CK* Cook Islands; NU* Niue;
ST* Sao Tome and Principe; BT Bhutan; LI Liechtenstein; MC Monaco; AD Andorra; SM San Marino;
VA Holy See; GL Greenland; FO Faroe Islands; GI Gibraltar; JE Jersey; GG Guernsey; IM Isle of Man;
PR Puerto Rico; GU Guam; VI US Virgin Islands; AS American Samoa; MP Northern Mariana Islands;
UM US Minor Outlying Islands; BM Bermuda; KY Cayman Islands; VG British Virgin Islands; AI Anguilla;
MS Montserrat; TC Turks and Caicos Islands; FK Falkland Islands; SH Saint Helena; PN Pitcairn;
IO British Indian Ocean Territory; GS South Georgia; AW Aruba; CW Curaçao; SX Sint Maarten;
BQ Bonaire; GF French Guiana; GP Guadeloupe; MQ Martinique; RE Réunion; YT Mayotte;
PM Saint Pierre and Miquelon; BL Saint Barthélemy; MF Saint Martin; NC New Caledonia;
PF French Polynesia; WF Wallis and Futuna; TF French Southern Territories; AX Åland;
SJ Svalbard and Jan Mayen; CX Christmas Island; CC Cocos Islands; NF Norfolk Island; HM Heard Island;
TK Tokelau; EH Western Sahara; AQ Antarctica; BV Bouvet Island
"""


def _country(entry: str) -> Country:
    code, name = entry.split(maxsplit=1)
    return Country(code.rstrip("*"), name.strip(), code.endswith("*"))


COUNTRIES: tuple[Country, ...] = tuple(_country(entry) for entry in _TABLE.split(";"))
CODES: tuple[str, ...] = tuple(country.code for country in COUNTRIES)
_NUMBER = MappingProxyType({code: number for number, code in enumerate(CODES)})


def country_number(code: str) -> int:
    """Position of an ISO 3166 code in `COUNTRIES`; raises `ValueError` if there is no such country."""
    try:
        return _NUMBER[code]
    except KeyError:
        raise ValueError(f"{code!r} is not an ISO 3166 alpha-2 code of a country or region") from None


# What lists call a country beside its code and the name above; letters only, as everybody says it.
_ALSO = """
AE UAE; BA Bosnia; BN Brunei Darussalam; CD DR Congo;
CG Republic of the Congo;
CI Ivory Coast; CN People's Republic of China; CN PR China; CV Cape Verde; CZ Czech Republic;
FM Federated States of Micronesia; GB Great Britain; GB UK; GB England; HK Hong Kong SAR;
HK Hong Kong, China; IR Islamic Republic of Iran;
KP Democratic People's Republic of Korea; KR South Korea; KR Republic of Korea;
LA Lao PDR; LA Lao People's Democratic Republic; MD Republic of Moldova; MK Macedonia; MM Burma; MO Macau;
NL Holland; NL The Netherlands;
PS State of Palestine; RU Russian Federation; SY Syrian Arab Republic; SZ Swaziland;
TL East Timor; TR Turkey; TW Chinese Taipei; TW Taiwan, China; TZ United Republic of Tanzania; US USA;
US United States of America; VA Vatican City; VN Vietnam
"""


@cache
def _by_name() -> dict[str, str]:
    names = [(country.code, country.name) for country in COUNTRIES]
    for each in _ALSO.split(";"):
        code, name = each.split(maxsplit=1)
        names.append((code, name.strip()))
    return {folded(name): code for code, name in names}


def code_of(name: str) -> str | None:
    """The ISO 3166 code of a country by its English name, in whatever capitals; None if unknown."""
    return _by_name().get(folded(name))
