#!/usr/bin/env python3
"""Makes news claims with known clusters, to measure linking at any size.

    scripts/generate-claims.py --n 100000 --seed 7 --out claims.tsv
    scripts/generate-claims.py --n 100000 --base sentences.txt --out claims.tsv   # variants of sentences of your own, one a line
    scripts/generate-claims.py --check

Writes TSV in order of arrival: id (1..n), cluster (claims of one question), family (clusters that share nearly all words but differ
in one name, place, edition or year: the hard negatives), kind (how the claim came about), text. Another amount alone is never
another cluster: "12 killed" and "19 killed" answer one question. Same arguments, same bytes. All names are drawn or coined.
"""
import argparse, hashlib, io, itertools, random, re, sys
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

# ------------------------------------------------------------------------------------------------ vocabulary
# Lists begin with what the news speaks of most: a word's place gives its frequency.

COUNTRIES = [tuple(line.split(",")) for line in """\
United States,American,Washington;China,Chinese,Beijing;Britain,British,London;Russia,Russian,Moscow;France,French,Paris
Germany,German,Berlin;India,Indian,New Delhi;Japan,Japanese,Tokyo;Brazil,Brazilian,Brasilia;Canada,Canadian,Ottawa
Australia,Australian,Canberra;Italy,Italian,Rome;Spain,Spanish,Madrid;Mexico,Mexican,Mexico City;Turkey,Turkish,Ankara
South Africa,South African,Pretoria;Poland,Polish,Warsaw;Nigeria,Nigerian,Abuja;Kenya,Kenyan,Nairobi;Egypt,Egyptian,Cairo
Netherlands,Dutch,The Hague;Sweden,Swedish,Stockholm;Greece,Greek,Athens;Portugal,Portuguese,Lisbon;Norway,Norwegian,Oslo
Indonesia,Indonesian,Jakarta;Pakistan,Pakistani,Islamabad;Argentina,Argentine,Buenos Aires;Chile,Chilean,Santiago
South Korea,South Korean,Seoul;Austria,Austrian,Vienna;Belgium,Belgian,Brussels;Denmark,Danish,Copenhagen;Peru,Peruvian,Lima
Colombia,Colombian,Bogota;Ireland,Irish,Dublin;Finland,Finnish,Helsinki;Switzerland,Swiss,Bern;Hungary,Hungarian,Budapest
Romania,Romanian,Bucharest;Thailand,Thai,Bangkok;Vietnam,Vietnamese,Hanoi;Malaysia,Malaysian,Kuala Lumpur;Ghana,Ghanaian,Accra
Morocco,Moroccan,Rabat;Ethiopia,Ethiopian,Addis Ababa;Bangladesh,Bangladeshi,Dhaka;Nepal,Nepalese,Kathmandu;Croatia,Croatian,Zagreb
Serbia,Serbian,Belgrade;Bulgaria,Bulgarian,Sofia;Iceland,Icelandic,Reykjavik;Uruguay,Uruguayan,Montevideo;Tunisia,Tunisian,Tunis
Senegal,Senegalese,Dakar;Zambia,Zambian,Lusaka;Estonia,Estonian,Tallinn;Latvia,Latvian,Riga;Slovenia,Slovenian,Ljubljana
Mongolia,Mongolian,Ulaanbaatar;Panama,Panamanian,Panama City;Uganda,Ugandan,Kampala;Malta,Maltese,Valletta""".replace("\n", ";").split(";")]
GIVEN_NAMES = """\
David Maria John Anna Michael Elena Thomas Sofia Daniel Laura Peter Julia Paul Nina Martin Eva Mark Clara Andrew Irene Simon Grace Lucas
Alice Oscar Ruth Felix Amina Hugo Leila Victor Priya Adam Mei Samuel Aisha Noah Yuki Leo Zainab Max Ines Tariq Olivia Ravi Freya Kwame Lucia
Jonas Helena Omar Bianca Stefan Rosa Viktor Miriam Emil Teresa Arjun Greta Mateo Nadia Pablo Astrid Kenji Camila Anders Ngozi Tomas Wanjiru""".split()
FAMILY_NAMES = """\
Smith Garcia Miller Novak Johnson Silva Brown Khan Wilson Rossi Taylor Chen Clark Petrov Lewis Kumar Walker Santos Hall Nguyen Young Okoye
King Weber Wright Costa Hill Larsen Green Tanaka Baker Moreau Nelson Popescu Carter Haddad Mitchell Sato Turner Horvat Phillips Mwangi Parker
Lindqvist Evans Castro Edwards Bauer Collins Dimitrov Stewart Fischer Morris Jansen Rogers Kaya Reed Mensah Cook Keller Morgan Virtanen""".split()
ROLES = [role.split("/") for role in """\
president/head of state;prime minister/premier;health minister/minister of health;finance minister/minister of finance;coach/head coach
police chief/chief of police;mayor/city mayor;senator/member of the senate;judge/magistrate;union leader/head of the union
foreign minister/minister of foreign affairs;defender/centre back;striker/forward;novelist/writer;director/film director
central bank governor/governor of the central bank;prosecutor/public prosecutor;bishop/senior cleric;general/army general;virologist/virus expert
economist/professor of economics;midfielder/playmaker;singer/vocalist;actress/film actress;astronomer/professor of astronomy;chef/restaurant owner
transport minister/minister of transport;school principal/head teacher;surgeon/chief surgeon;farmer/dairy farmer;pilot/airline captain
sprinter/track athlete;architect/urban planner;climatologist/climate researcher;ambassador/envoy;governor/head of the region""".replace("\n", ";").split(";")]
WORLD_BODIES = """\
the European Commission;the World Health Organization;the United Nations;the Red Cross;the International Monetary Fund;the World Bank;Interpol
the International Olympic Committee;the World Trade Organization;Amnesty International;Greenpeace;Doctors Without Borders""".replace("\n", ";").split(";")
NATIONAL_BODIES = """\
supreme court;central bank;health ministry;coast guard;competition authority;finance ministry;senate;weather service;statistics office
electoral commission;food safety agency;aviation authority;teachers' union;border police;space agency;data protection office;transport ministry
medicines agency;anti-corruption bureau;football association;academy of sciences;nurses' union;constitutional court;environment agency
rail regulator;press council;veterans' association;energy regulator;farmers' league;audit office;lottery board""".replace("\n", ";").split(";")
PEOPLE = """\
people;residents;workers;students;passengers;patients;protesters;children;families;police officers;voters;soldiers;nurses;teachers;drivers;fans
tourists;farmers;migrants;customers;firefighters;miners;pensioners;fishermen;prisoners;athletes;volunteers;refugees;sailors;hikers;doctors
pilgrims;lawyers;journalists;students abroad;cyclists;rescuers;engineers;musicians;dancers;shopkeepers;climbers;divers;apprentices""".replace("\n", ";").split(";")
GOODS = """\
cars;homes;vaccine doses;phones;barrels of oil;tonnes of wheat;trees;parcels;trucks;laptops;solar panels;tonnes of steel;aircraft;buses;books
tablets;rifles;cattle;masks;batteries;tonnes of coffee;wind turbines;trams;paintings;containers;bottles of wine;bicycles;servers;chickens
tonnes of copper;tickets;tonnes of rice;ventilators;drones;sheep;pianos;tractors;tonnes of salmon;satellites;coins;ballots;cables""".replace("\n", ";").split(";")
DISEASES = """influenza;measles;cholera;dengue fever;malaria;whooping cough;bird flu;tuberculosis;polio;yellow fever;meningitis;mumps;hepatitis;salmonella
listeria;diphtheria;typhoid;mpox;Lyme disease;legionnaires' disease;norovirus;rabies;scarlet fever;shingles""".replace("\n", ";").split(";")
CRIMES = """fraud;murder;bribery;tax evasion;money laundering;armed robbery;arson;perjury;embezzlement;kidnapping;drug trafficking;insider trading;forgery
blackmail;manslaughter;espionage;art theft;match fixing;smuggling;identity theft;vandalism;people trafficking;extortion;stalking""".replace("\n", ";").split(";")
SPORTS = """football;tennis;athletics;basketball;cricket;rugby;swimming;cycling;hockey;boxing;rowing;skiing;handball;volleyball;golf;fencing;judo
sailing;gymnastics;badminton;biathlon;curling;archery;table tennis""".replace("\n", ";").split(";")
ARTS = """film;novel;exhibition;opera;album;play;television series;documentary;ballet;poetry collection;photograph series;musical;symphony;memoir;sculpture
comic;short story;video game;fresco;mosaic""".replace("\n", ";").split(";")
SPECIES = """wolf;bat;frog;orchid;whale;beetle;falcon;shark;lizard;butterfly;lynx;octopus;fern;vulture;turtle;moth;crane;otter;mushroom;salamander;eel
tarantula;seahorse;owl;antelope;coral""".replace("\n", ";").split(";")
# What politics is about is made of two lists, so that the rare combinations are as many as in the news.
ISSUE_KINDS = """health care;school;housing;energy;pension;border;tax;climate;water;rail;road safety;defence;farm;data privacy;prison;hospital;child care
fishing;forest;nuclear;wage;port;mining;gas;media;visa;airport;care home;student loan;waste;electricity;broadband;food;wildlife;asylum;harbour
gambling;drug;sugar;plastic;rent;bank;insurance;arms export;street lighting;library;museum;flood protection;river;postal;heating""".replace("\n", ";").split(";")
ISSUE_NOUNS = """reform;funding;law;crisis;plan;cuts;shortage;strategy;subsidies;inspections;deal;rules;reserve;programme;levy;treaty;inquiry;standards;vouchers
quotas;review;tariffs;network;licences;fees;pact;charter;modernisation;privatisation;ban;monitoring;merger;exemptions;contracts;audit""".replace("\n", ";").split(";")
MEDIA = """Reuters;the Associated Press;AFP;the BBC;CNN;The Guardian;Bloomberg;The Times;state television;local media;Der Spiegel;Le Monde;El Pais;Sky News
public radio;the Daily Mail;NBC News;a news agency;the evening news;The Economist;officials;eyewitnesses;a spokeswoman;two officials""".replace("\n", ";").split(";")
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
FIRM_ENDINGS = "Group Energy Bank Motors Airways Foods Pharma Steel Telecom Logistics Capital Media Mining Chemicals Insurance Robotics Rail Textiles".split()
TEAM_ENDINGS = "United City Rovers Athletic Wanderers Rangers Lions Falcons Sporting Dynamo Harriers Olympic".split()
TOWN_ENDINGS = "ton ham ville burg stad dorf ford mouth ino ara evo sk pur bad osa ana elle holm".split()

# ------------------------------------------------------------------------------------------------ sentences
# A question, and below it, indented, other wordings of it. Slots stand in braces, a digit asks for another filling of the same kind;
# (a|b) are words that may stand for each other.

QUESTIONS = [question.split("\n    ") for question in re.split(r"\n(?! )", """\
{who} (won|carried) the {year} election in {country} with {share} of the vote
    The {year} election in {country} was (won|carried) by {who} with {share} of the vote
{who} (resigned|stepped down|quit) {day} over the {issue} in {country}
    Over the {issue}, {who} (resigned|stepped down|quit) in {country} {day}
The {adjective} parliament (passed|approved|adopted) the {issue} by {count} votes
    The {issue} was (passed|approved|adopted) by the {adjective} parliament with {count} votes
{who} (accused|charged) {who2} of (blocking|obstructing) the {issue}
    (Blocking|Obstructing) the {issue} was what {who} (accused|charged) {who2} of
{who} (met|held talks with) {who2} in {capital} about the {issue}
    The {issue} was discussed when {who} and {who2} (met|held talks) in {capital}
{body} (rejected|threw out|dismissed) the {issue} of the {adjective} government {day}
    {day}, the {issue} of the {adjective} government was (rejected|thrown out|dismissed) by {body}
{share} of {adjective} voters (back|support) the {issue}, a poll for {body} (found|showed)
    A poll for {body} (found|showed) that the {issue} is (backed|supported) by {share} of {adjective} voters
{country} and {country2} (signed|sealed) the {nth} {issue} in {capital}
    The {nth} {issue} between {country} and {country2} was (signed|sealed) in {capital}
{who} (promised|pledged|vowed) {money} for the {issue} in {town}
    For the {issue} in {town}, {money} was (promised|pledged) by {who}
{count} {people} (marched|demonstrated|rallied) in {town} against the {issue}
    Against the {issue}, {count} {people} (took to the streets|demonstrated|rallied) in {town}
{country} (expelled|threw out) {count} diplomats of {country2} over the {issue}
    Over the {issue}, {count} diplomats of {country2} were (expelled|thrown out) by {country}
{team} (beat|defeated) {team2} in the {nth} round of the {year} {country} cup
    In the {nth} round of the {year} {country} cup, {team2} (lost to|were beaten by) {team}
{team} (signed|bought) {who} from {team2} for {money}
    {who} (moved|transferred) from {team2} to {team} for {money}
{who} (won|took) the {nth} {sport} title of a career in {town} {day}
    The {nth} {sport} title of a career was (won|taken) by {who} in {town} {day}
{who} was (banned|suspended) from {sport} for {count} months after (failing|flunking) a drug test in {town}
    After a failed drug test in {town}, {who} (may not compete in|was suspended from) {sport} for {count} months
{team} (sacked|dismissed|fired) {who} after {count} (defeats|losses) in a row
    After {count} (defeats|losses) in a row, {who} was (sacked|dismissed|fired) by {team}
{town} will (host|stage) the {year} {sport} world championships, {body} said
    {body} (chose|picked) {town} to (host|stage) the {year} {sport} world championships
{count} {people} saw {team} draw with {team2} in {town} {day}
    The draw of {team} with {team2} in {town} was seen by {count} {people} {day}
{who} (broke|beat) the {adjective} {sport} record that {who2} had held since {year}
    The {adjective} {sport} record of {who2} from {year} was (broken|beaten) by {who}
{count} {people} in {town} (caught|contracted|fell ill with) {disease} {day}
    {disease} was (found in|diagnosed in) {count} {people} in {town} {day}
{body} (approved|cleared) a {disease} vaccine of {firm} for {people}
    A vaccine against {disease} by {firm} was (approved|cleared) for {people} by {body}
{count} {people} (died|lost their lives) of {disease} in {country} in {year}
    In {year}, {disease} (killed|claimed the lives of) {count} {people} in {country}
{firm} (recalled|withdrew) {count} {goods} from {country} over {disease} fears
    Over fears of {disease}, {count} {goods} were (recalled|withdrawn) in {country} by {firm}
A hospital in {town} (closed|shut) its {nth} ward after {count} {people} (caught|contracted) {disease}
    After {count} {people} (caught|contracted) {disease}, a hospital in {town} (closed|shut) its {nth} ward
{who} said that {disease} (spreads|moves) faster in {country} than in {country2}
    {disease} (spreads|moves) faster in {country} than in {country2}, according to {who}
{firm} (bought|acquired|took over) {firm2} for {money}
    {firm2} was (bought|acquired|taken over) by {firm} for {money}
{firm} will (cut|shed|axe) {count} jobs at its plant in {town}
    At its plant in {town}, {firm} is to (cut|shed|axe) {count} jobs
{firm} (reported|posted) a (loss|deficit) of {money} for {year}
    For {year}, {firm} (reported|posted) a (loss|deficit) of {money}
{body} (fined|penalised) {firm} {money} over its {issue}
    {firm} was (fined|penalised) {money} by {body} over its {issue}
{firm} will (build|open) a factory for {count} {goods} a year in {town}
    In {town}, a factory of {firm} will (make|produce) {count} {goods} a year
Prices in {country} (rose|climbed|went up) by {share} {day}, {body} said
    {body} said that prices in {country} had (risen|climbed|gone up) by {share} {day}
Unemployment in {country} (fell|dropped|sank) to {share} in {year}
    In {year}, {share} of {adjective} workers were (unemployed|out of work)
{who} (took over|will lead) {firm} as the successor of {who2}
    {firm} (appointed|named) {who} to (follow|succeed) {who2}
{firm} (sold|delivered) {count} {goods} to {country} {day}
    {country} (bought|received) {count} {goods} from {firm} {day}
{people} of {firm} in {town} (went on strike|walked out|downed tools) {day} over the {issue}
    A (strike|walkout) over the {issue} (halted|stopped) {firm} in {town} {day}
A storm (hit|struck|battered) {town} {day} and left {count} {people} without (power|electricity)
    {count} {people} in {town} were left without (power|electricity) by a storm {day}
Floods (killed|drowned) {count} {people} near {town} {day}
    Near {town}, {count} {people} (drowned|were killed) in floods {day}
An earthquake (hit|shook|struck) {town} in {country} {day} and (damaged|destroyed) {count} {goods}
    {count} {goods} were (damaged|destroyed) {day} when an earthquake (hit|shook|struck) {town} in {country}
Wildfires near {town} (forced|drove) {count} {people} from their homes in {year}
    In {year}, {count} {people} near {town} had to (leave|flee) their homes because of wildfires
{town} (saw|had|recorded) its {nth} heat wave of {year}, {body} said
    {body} said that {town} had (seen|recorded) the {nth} heat wave of {year}
The drought in {country} (destroyed|ruined) {share} of the {goods} of {town}
    {share} of the {goods} of {town} (fell victim to|were ruined by) the drought in {country}
{who} was (arrested|detained|taken into custody) in {town} {day} on suspicion of {crime}
    Police in {town} (arrested|detained|seized) {who} {day} on suspicion of {crime}
{who} was (sentenced to|given) {count} months in prison for {crime} in {town}
    A court in {town} (sentenced|sent) {who} to prison for {count} months for {crime}
Thieves (stole|took) {count} {goods} from {firm} in {town} {day}
    {count} {goods} were (stolen|taken) from {firm} in {town} {day}
{body} (opened|launched|began) an inquiry into {crime} at {firm}
    An inquiry into {crime} at {firm} was (opened|launched|begun) by {body}
{who} (shot|stabbed|wounded) {who2} outside a bank in {town}
    Outside a bank in {town}, {who2} was (shot|stabbed|wounded) by {who}
{who} was (acquitted|cleared) of {crime} after {count} days of trial in {town}
    A judge in {town} (acquitted|cleared) {who} of {crime} after {count} days of trial
Police (seized|confiscated) {count} {goods} worth {money} at the port of {town}
    {count} {goods} worth {money} were (seized|confiscated) at the port of {town}
A new (species|kind) of {species} was (found|discovered) near {town} by {who}
    {who} (found|discovered) a new (species|kind) of {species} near {town}
The {nth} satellite of {country} (failed|broke down) {count} days after its (launch|start) from {town}
    {count} days after its (launch|start) from {town}, the {nth} satellite of {country} (failed|broke down)
{share} of the {species} population in {country} has (vanished|disappeared) since {year}, {body} said
    {body} said that {country} has lost {share} of its {species} population since {year}
Researchers in {town} (linked|tied) {disease} to the {species} in a study of {count} {people}
    A study of {count} {people} in {town} (linked|tied) the {species} to {disease}
{who} (won|received|was awarded) the {year} prize of {body} for work on {disease}
    For work on {disease}, the {year} prize of {body} (went to|was awarded to) {who}
{firm} will (send|ship) a telescope to {country} for the {nth} eclipse mission in {year}
    For the {nth} eclipse mission in {year}, a telescope of {firm} will be (sent|shipped) to {country}
The {art} of {who} (sold|went) for {money} at an auction in {town}
    At an auction in {town}, the {art} of {who} (fetched|brought) {money}
{who} will (direct|stage) the {art} of {who2} in {town} in {year}
    The {art} of {who2} will be (directed|staged) by {who} in {town} in {year}
{count} {people} (saw|visited|attended) the {art} by {who} in {town}
    The {art} by {who} in {town} (drew|attracted) {count} {people}
{body} (banned|forbade) the {art} by {who} in {country} over {crime} scenes
    In {country}, {body} (banned|forbade) the {art} by {who} over {crime} scenes
The {nth} museum of {town} (opened|opens) with {count} {goods} on loan from {firm}
    With {count} {goods} on loan from {firm}, the {nth} museum of {town} (opened|opens)
{who} (left|quit) the {art} of {who2} after a (row|dispute) about {money}
    After a (row|dispute) about {money}, {who} (left|quit) the {art} of {who2}
A train from {town} to {town2} (derailed|left the tracks) {day} with {count} {people} on board
    {count} {people} were on board when a train from {town} to {town2} (derailed|left the tracks) {day}
A plane of {firm} with {count} {people} on board made an emergency landing in {town} {day}
    {day}, {count} {people} were on board a plane of {firm} that made an emergency landing in {town}
{count} {people} were (injured|hurt) when a bus (overturned|crashed) near {town} {day}
    A bus (overturned|crashed) near {town} {day}, and {count} {people} were (injured|hurt)
{body} (warned|cautioned) {people} in {country} of {disease} in {goods}
    {people} in {country} were (warned|cautioned) of {disease} in {goods} by {body}""")]
TAILS = """\
 after the {issue3} in {town3}; despite the {issue3}; as {body3} (reviewed|examined) the {issue3};, while {who3} (called|appealed) for calm
;, to the (dismay|anger) of {body3}; with the help of {firm3};, the {nth3} such case in {town3}; shortly before the {issue3};, costing {firm3} {money3}
; because of the {issue3};, which {who3} (called|described as) overdue;, in the middle of the {issue3};, and {count3} {people3} (applauded|cheered)""".replace("\n", "").split(";")
TAILS = [tail for tail in TAILS if tail]

# ------------------------------------------------------------------------------------------------ drawing words

SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen""".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
NTH = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
# Pairs of words for the same bound; most counts have none.
BOUNDS = [("", "")] * 6 + [("more than ", "over "), ("at least ", "no fewer than "), ("about ", "around "), ("nearly ", "almost ")]


@dataclass(frozen=True)
class Value:
    """What fills a slot, in the ways it can be written; the first is the plain one."""
    forms: tuple
    is_number: bool = False


class Ranked:
    """Draws items with the frequencies of words: the r-th comes with weight 1/(r + shift)^slope (Zipf 1949, Mandelbrot 1953)."""

    def __init__(self, items, slope=1.0, shift=2.0):
        self.items = items
        self.sums = list(itertools.accumulate((rank + shift) ** -slope for rank in range(len(items))))

    def draw(self, rng):
        return self.items[bisect_left(self.sums, rng.random() * self.sums[-1])]


def coined(rng, known, endings=("",), syllables=(2, 3)):
    """A name that nothing else has."""
    while True:
        parts = (rng.choice("b c d f g h j k l m n p r s t v w z br dr gr kl st tr sh th".split()) + rng.choice("a e i o u ae ei ou".split())
                 + rng.choice(["", "", "", "l", "n", "r", "s", "m", "nd", "rk"]) for _ in range(rng.randint(*syllables)))
        name = ("".join(parts) + rng.choice(endings)).capitalize()
        if 4 <= len(name) <= 13 and name not in known:
            known.add(name)
            return name


def in_words(number):
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    if number < 1000 and number % 100 == 0:
        return SMALL[number // 100] + " hundred"
    if number < 100_000 and number % 1000 == 0:
        return in_words(number // 1000) + " thousand"
    return str(number)


def ordinal(number):
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


class Vocabulary:
    """All that slots are filled from: a function of the seed alone, so that a longer file speaks of the same world."""

    def __init__(self, seed):
        rng = random.Random(f"vocabulary {seed}")
        known = set(FAMILY_NAMES)
        families = FAMILY_NAMES + [coined(rng, known) for _ in range(30_000)]
        towns = [coined(rng, known, TOWN_ENDINGS, (1, 2)) for _ in range(12_000)]
        firms = [f"{coined(rng, known, syllables=(1, 3))} {rng.choice(FIRM_ENDINGS)}" for _ in range(6_000)]
        teams = [f"{town} {rng.choice(TEAM_ENDINGS)}" for town in rng.sample(towns, 1_500)]
        bodies = WORLD_BODIES + [f"the {adjective} {body}" for _, adjective, _ in COUNTRIES for body in NATIONAL_BODIES]
        issues = [f"{kind} {noun}" for kind in ISSUE_KINDS for noun in ISSUE_NOUNS]
        rng.shuffle(issues)
        self.countries, self.roles, self.media = Ranked(COUNTRIES), Ranked(ROLES, 0.8), Ranked(MEDIA, 0.8)
        self.given, self.family = Ranked(GIVEN_NAMES, 0.7), Ranked(families, 0.9)
        self.plain = {"town": Ranked(towns, 0.8), "firm": Ranked(firms, 0.9), "team": Ranked(teams, 0.9), "body": Ranked(bodies, 0.9),
                      "issue": Ranked(issues, 0.8), "people": Ranked(PEOPLE, 0.7), "goods": Ranked(GOODS, 0.7), "disease": Ranked(DISEASES, 0.7),
                      "crime": Ranked(CRIMES, 0.7), "sport": Ranked(SPORTS, 0.8), "art": Ranked(ARTS, 0.7), "species": Ranked(SPECIES, 0.6)}

    def value(self, slot, home, rng):
        kind = slot.rstrip("0123456789")
        if kind in self.plain:
            return Value((self.plain[kind].draw(rng),))
        if kind in ("country", "adjective", "capital"):
            # One claim speaks of one country unless a digit asks for another.
            country = home if slot == kind else self.countries.draw(rng)
            return Value((country[("country", "adjective", "capital").index(kind)],))
        return getattr(self, kind)(home, rng)

    def who(self, home, rng):
        adjective = (home if rng.random() < 0.6 else self.countries.draw(rng))[1]
        given, family, (role, other) = self.given.draw(rng), self.family.draw(rng), self.roles.draw(rng)
        return Value((f"{adjective} {role} {given} {family}", f"{given} {family}, the {adjective} {other},", f"{adjective} {other} {family}"))

    def count(self, home, rng):
        number = rng.choice([rng.randint(2, 99), rng.randint(2, 99), rng.randint(100, 999), rng.randint(2, 9) * 100, rng.randint(2, 60) * 1000,
                             rng.randint(1000, 60_000)])
        bound, other = rng.choice(BOUNDS)
        return Value((f"{bound}{number:,}", f"{other}{in_words(number)}", f"{other}{number}"), True)

    def share(self, home, rng):
        number = rng.randint(2, 97)
        return Value((f"{number} percent", f"{number}%", f"{in_words(number)} per cent"), True)

    def money(self, home, rng):
        number = rng.choice([1.5, 2, 2.4, 3, 4, 5.5, 7, 9, 12, 16, 20, 35, 48, 60, 85, 110, 140, 250, 420, 700])
        unit = rng.choice(["million", "million", "billion"])
        return Value((f"${number} {unit}", f"{number} {unit} dollars", f"US${number}{unit[0]}n"), True)

    def day(self, home, rng):
        if rng.random() < 0.4:
            weekday = rng.choice(WEEKDAYS)
            return Value((f"on {weekday}", f"last {weekday}", f"this {weekday}"), True)
        date, month, year = rng.randint(1, 28), rng.choice(MONTHS), rng.randint(2015, 2026)
        return Value((f"on {month} {date}, {year}", f"on {date} {month} {year}", f"on {month[:3]} {ordinal(date)}, {year}"), True)

    def year(self, home, rng):
        return Value((str(rng.randint(1990, 2026)),))

    def nth(self, home, rng):
        number = rng.randint(2, 40)
        return Value((ordinal(number), NTH[number - 1] if number <= 12 else ordinal(number)))


# ------------------------------------------------------------------------------------------------ claims

PIECE = re.compile(r"\{(\w+)\}|\(([^)]+)\)|([^{(]+)")


def parsed(wording):
    """Pieces of a wording: (slot, None), (None, interchangeable words)."""
    return [(slot, None) if slot else (None, tuple(words.split("|")) if words else (text,)) for slot, words, text in PIECE.findall(wording)]


@dataclass(frozen=True)
class Claim:
    question: int
    tails: tuple
    values: dict


class World:
    def __init__(self, seed):
        self.vocabulary, self.rng = Vocabulary(seed), random.Random(f"claims {seed}")
        self.questions = [[parsed(wording) for wording in wordings] for wordings in QUESTIONS]
        # Each tail has slots of its own: two of them in one sentence speak of different things.
        self.tails = [parsed(tail.replace("3}", f"{number}}}")) for number, tail in enumerate(TAILS, 3)]
        order = list(range(len(QUESTIONS)))
        random.Random(f"questions {seed}").shuffle(order)
        self.popular = Ranked(order, 0.4)

    def claim(self):
        question, home = self.popular.draw(self.rng), self.vocabulary.countries.draw(self.rng)
        tails = tuple(self.rng.sample(range(len(self.tails)), self.rng.choices((0, 1, 2), (45, 42, 13))[0]))
        slots = dict.fromkeys(slot for piece in (*self.questions[question], *(self.tails[tail] for tail in tails)) for slot, _ in piece if slot)
        return Claim(question, tails, {slot: self.vocabulary.value(slot, home, self.rng) for slot in slots})

    def subject_slots(self, claim):
        """What tells its question from others: not the dates and amounts, and not what a tail adds."""
        return [slot for slot, _ in self.questions[claim.question][0] if slot and not claim.values[slot].is_number]

    def subject(self, claim):
        return claim.question, *(claim.values[slot].forms[0] for slot in self.subject_slots(claim))

    def sibling(self, claim):
        """The same sentence about somebody, somewhere or some edition else."""
        # A country goes with its adjective and its capital.
        slots = [slot for slot in self.subject_slots(claim) if slot not in ("country", "adjective", "capital")]
        if not slots:
            return None
        slot = self.rng.choice(slots)
        while True:
            value = self.vocabulary.value(slot, self.vocabulary.countries.draw(self.rng), self.rng)
            if value.forms[0] not in (other.forms[0] for other in claim.values.values()):
                return replace(claim, values={**claim.values, slot: value})

    def text(self, claim, reworded=False, renumbered=False):
        rng, wordings = self.rng, self.questions[claim.question]
        pieces = [*(rng.choice(wordings) if reworded else wordings[0])]
        for tail in claim.tails:
            pieces += self.tails[tail]
        words = []
        for slot, choices in pieces:
            if slot is None:
                words.append(rng.choice(choices) if reworded else choices[0])
                continue
            value = claim.values[slot]
            words.append(rng.choice(value.forms[1:]) if value.is_number and renumbered else
                         rng.choice(value.forms) if reworded and not value.is_number else value.forms[0])
        return sentence("".join(words))

    def variant(self, claim, text):
        kind = self.rng.choices(*KINDS)[0]
        told = self.told(kind, claim, text)
        if kind != "verbatim" and self.rng.random() < 0.2:
            second = self.rng.choice(["light", "attribution", "truncation"])
            if second != kind:
                return self.told(second, None, told), f"{kind}+{second}"
        return told, kind

    def told(self, kind, claim, text):
        rng = self.rng
        match kind:
            case "verbatim": return text
            case "light": return lightly_edited(rng, text)
            case "synonym": return self.text(claim, reworded=True) if claim else with_other_words(rng, text)
            case "number": return self.text(claim, renumbered=True) if claim else with_other_numbers(rng, text)
            case "attribution": return attributed(rng, text, self.vocabulary.media.draw(rng))
            case "truncation": return truncated(rng, text)


NEVER_NAMES = set("The A An In At For Over After Near Against Because Prices Police This".split())
KINDS = (["verbatim", "light", "synonym", "attribution", "number", "truncation"], [14, 24, 26, 16, 11, 9])


def sentence(words):
    words = words.replace(",,", ",").replace(", ,", ",").replace("the the ", "the ").rstrip(",")
    return words[0].upper() + words[1:] + "."


def lightly_edited(rng, text):
    words = text.split(" ")
    longer = [k for k, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for k in rng.sample(longer, min(len(longer), rng.choice((0, 1, 1, 2)))):
        words[k] = mistyped(rng, words[k])
    text = " ".join(words)
    match rng.randrange(10):
        case 0: return text.rstrip(".")
        case 1: return text.replace(",", "")
        case 2: return text.upper()
        case 3: return " ".join(word[:1].upper() + word[1:] for word in text.rstrip(".").split(" "))
        case 4: return text.replace(" the ", " ", 1)
        case 5: return "“" + text.rstrip(".") + "”"
        case 6: return text.rstrip(".") + " …"
        case _: return text


def mistyped(rng, word):
    at = rng.randint(1, len(word) - 3)
    match rng.randrange(3):
        case 0: return word[:at] + word[at + 1] + word[at] + word[at + 2:]
        case 1: return word[:at] + word[at + 1:]
        case _: return word[:at] + word[at] + word[at:]


def attributed(rng, text, source):
    bare = text.rstrip(".")
    # A name keeps its capital inside the sentence: only words that are never names lose it.
    inside = bare[0].lower() + bare[1:] if bare.split(" ")[0] in NEVER_NAMES else bare
    begin = source[0].upper() + source[1:]
    return rng.choice([f"{bare}, {source} reported.", f"According to {source}, {inside}.", f"{begin} said that {inside}.",
                       f"{bare}, {source} said on {rng.choice(WEEKDAYS)}.", f"{begin}: {bare}.", f"{bare}, as {source} learned.",
                       f"Exclusive: {bare}.", f"It emerged that {inside}, {source} wrote."])


def truncated(rng, text):
    words = text.rstrip(".").split(" ")
    if len(words) < 9:
        return text
    return " ".join(words[:max(7, round(len(words) * rng.uniform(0.6, 0.9)))]).rstrip(",") + rng.choice([".", " …", ""])


# For sentences that were not made here: what can be said otherwise without knowing the sentence.
OTHER_WORDS = [line.split("/") for line in """said/stated;killed/left dead;wounded/injured;because of/due to;began/started;bought/acquired;children/kids;more than/over
about/around;but/yet;show/reveal;announced/declared;police/officers;big/large;car/vehicle;help/assistance;asked/requested;tried/attempted;after/following
near/close to;says/states;found/discovered;company/firm;also/as well;many/numerous;told/informed;shot/gunned down;video/footage""".replace("\n", ";").split(";")]


def with_other_words(rng, text):
    words = set(text.split(" "))
    known = [pair for pair in OTHER_WORDS if pair[0].split(" ")[0] in words]
    if not known:
        return lightly_edited(rng, text)
    for word, other in rng.sample(known, min(len(known), 3)):
        text = re.sub(rf"\b{word}\b", other, text)
    return text


def with_other_numbers(rng, text):
    def rewritten(match):
        number = int(match[0].replace(",", ""))
        return match[0] if 1900 <= number <= 2100 else in_words(number) if rng.random() < 0.7 else f"{number:,}"
    other = re.sub(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w.,]\d)|(?<![\w.,])\d{1,6}(?![\w%]|[.,]\d)", rewritten, text)
    return other if other != text else lightly_edited(rng, text)


# ------------------------------------------------------------------------------------------------ corpus


def corpus(n, seed, base=None, siblings=0.2):
    """Rows (cluster, family, kind, text) in order of arrival."""
    world = World(seed)
    rng = world.rng
    # How many say the same: mostly one, seldom twenty.
    sizes = Ranked(range(1, 21), 1.5, 1.0)
    rows, seen, clusters, families = [], set(), 0, 0
    sentences = iter(shuffled(base, rng)) if base else None
    while len(rows) < n:
        if sentences:
            claims, texts = [None], [next(sentences, None)]
            if texts[0] is None:
                raise SystemExit(f"only {len(rows)} claims: there are no more sentences")
        else:
            claims = [world.claim()]
            if rng.random() < siblings:
                claims += filter(None, [world.sibling(claims[0]) for _ in range(rng.choice((1, 1, 2)))])
            texts = [world.text(claim) for claim in claims]
        families += 1
        for claim, text in zip(claims, texts):
            subject = world.subject(claim) if claim else text
            if subject in seen:
                continue
            seen.add(subject)
            clusters += 1
            rows.append((clusters, families, "base", text))
            for _ in range(sizes.draw(rng) - 1):
                told, kind = world.variant(claim, text)
                rows.append((clusters, families, kind, told))
    del rows[n:]
    rng.shuffle(rows)
    return rows


def shuffled(path, rng):
    with open(path, encoding="utf-8") as lines:
        sentences = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    rng.shuffle(sentences)
    return sentences


def write(rows, out):
    for number, (cluster, family, kind, text) in enumerate(rows, 1):
        out.write(f"{number}\t{cluster}\t{family}\t{kind}\t{text}\n")


def check():
    """What a reader of the file relies on."""
    def digest(*arguments):
        out = io.StringIO()
        write(corpus(*arguments), out)
        return hashlib.sha256(out.getvalue().encode()).hexdigest()

    assert digest(3000, 1) == digest(3000, 1), "same arguments, other bytes"
    assert digest(3000, 1) != digest(3000, 2), "the seed changes nothing"
    rows = corpus(20_000, 1)
    assert len(rows) == 20_000 and not any("{" in text or "\t" in text or "\n" in text for *_, text in rows)
    sizes, families, kinds = Counter(row[0] for row in rows), defaultdict(set), defaultdict(set)
    for cluster, family, kind, text in rows:
        families[family].add(cluster)
        kinds[kind.split("+")[0]].add(cluster)
    with_mates = sum(size for size in sizes.values() if size > 1) / len(rows)
    assert 0.75 < with_mates < 0.95, f"{with_mates:.2f} of the claims have a mate"
    assert max(sizes.values()) <= 20
    # One base a cluster, save that the last row may have been cut off.
    assert len(kinds["base"]) == len(sizes) and set(kinds) == {"base", *KINDS[0]}
    hard = sum(len(clusters) > 1 for clusters in families.values()) / len(families)
    assert 0.15 < hard < 0.25, f"{hard:.2f} of the families have a hard negative"
    bases = defaultdict(list)
    for cluster, family, kind, text in rows:
        if kind == "base":
            bases[family].append(text)
    pairs = [(set(one.split()), set(other.split())) for texts in bases.values() for one, other in itertools.pairwise(texts)]
    shared = [len(one & other) / len(one | other) for one, other in pairs]
    assert min(shared) < 1.0 and sum(shared) / len(shared) > 0.6, "hard negatives share most words"
    # Common words are common, and most words are rare: as in news.
    words = Counter(word.lower() for *_, text in rows for word in re.findall(r"\w+", text))
    assert words.most_common(1)[0][0] == "the" and sum(times <= 5 for times in words.values()) / len(words) > 0.4
    print(f"ok: {len(sizes)} clusters in {len(families)} families, {with_mates:.0%} of the claims have a mate, {len(words)} words, "
          f"{sum(len(row[3]) for row in rows) / len(rows):.0f} characters a claim")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--n", type=int, default=10_000, help="claims (10000)")
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--out", help="file to write; standard output without it")
    arguments.add_argument("--base", help="file of sentences, one a line, to make variants of")
    arguments.add_argument("--check", action="store_true", help="check the generator itself")
    given = arguments.parse_args()
    if given.check:
        return check()
    rows = corpus(given.n, given.seed, given.base)
    if given.out is None:
        return write(rows, sys.stdout)
    with open(given.out, "w", encoding="utf-8", newline="\n") as out:
        write(rows, out)


if __name__ == "__main__":
    main()
