"""What English says about people: titles, roles, pronouns and given names with their gender."""


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


MALE, FEMALE = "m", "f"
MALE_TITLES = words_of("mr sir lord king prince father pope sheikh mister")
FEMALE_TITLES = words_of("mrs ms miss dame lady queen princess sister madam")
TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | words_of(
        """dr prof professor sen senator rep representative congressman congresswoman gov governor
    president vice-president vice premier chancellor minister secretary ambassador judge justice gen
    general col colonel lt sgt sergeant capt captain maj major adm admiral cmdr commander chief
    attorney mayor councillor councilman councilwoman rev reverend rabbi imam bishop
    archbishop cardinal officer detective sheriff lieutenant speaker chairman chairwoman chair
    ceo director deputy
    assistant former ex-president then-president acting gop republican democratic democrat
    presidential nominee candidate spokesman spokeswoman spokesperson prime foreign state hon
    coach analyst economist author host anchor reporter actor actress singer activist lawyer aide
    adviser advisor strategist manager billionaire businessman comedian pollster executive emeritus
    vice-presidential congressional senate house leader majority minority whip"""
    )
)
# Only people's names begin with these.
PERSONAL_TITLES = words_of(
    """mr mrs ms dr sen senator rep congressman congresswoman gov mayor councillor councilman
    councilwoman alderman alderwoman sheriff"""
)
# A title that stands for a role noun, to read "the senator" as "Sen. Lindsey Graham".
ROLE_OF_TITLE = {
    "sen": "senator", "rep": "representative", "gov": "governor", "gen": "general",
    "prof": "professor", "col": "colonel", "rev": "reverend", "lt": "lieutenant",
    "congressman": "representative", "congresswoman": "representative", "dr": "doctor",
    "candidate": "nominee", "capt": "captain", "contender": "nominee", "hopeful": "nominee",
    "runner": "nominee", "frontrunner": "nominee", "bearer": "nominee", "front-runner": "nominee",
    "standard-bearer": "nominee", "pres": "president", "reps": "representative",
    "tycoon": "mogul", "magnate": "mogul", "journalist": "reporter", "correspondent": "reporter",
}  # fmt: skip
ROLES = frozenset(ROLE_OF_TITLE.values()) | words_of(
    """president premier chancellor minister secretary ambassador judge justice chief mayor
    reverend rabbi bishop officer sheriff speaker chairman chairwoman ceo director nominee
    spokesman spokeswoman spokesperson coach analyst economist author host anchor reporter actor
    actress singer activist lawyer attorney aide adviser advisor strategist manager billionaire
    mogul tycoon comedian pollster executive leader professor scientist researcher senator
    governor representative lawmaker doctor general founder owner editor congressman prosecutor
    congresswoman commissioner founder mother father widow king queen pope prince businesswoman
    businessman
    mayor columnist journalist correspondent commentator candidate contender hopeful judge star
    neurosurgeon surgeon physician historian novelist writer filmmaker director celebrity magnate
    developer investor entrepreneur banker financier officer veteran nurse teacher student farmer
    priest pastor preacher diplomat ambassador envoy treasurer councilman councilwoman alderman
    assemblyman delegate legislator politician statesman socialist libertarian conservative
    biologist physicist chemist engineer consultant operative expert biographer moderator"""
)
# Whom an article is about may be called these though nothing in it says that he is one.
PUBLIC_ROLES = words_of(
    """senator ambassador mayor governor representative lawmaker congressman congresswoman nominee
    billionaire mogul businessman businesswoman actor actress singer comedian columnist reporter
    host anchor neurosurgeon surgeon star general politician legislator socialist developer author
    diplomat commissioner chairman chairwoman whip leader"""
)
ROLE_GENDER = {
    "spokesman": MALE, "chairman": MALE, "businessman": MALE, "congressman": MALE, "king": MALE,
    "actor": MALE, "father": MALE, "pope": MALE, "prince": MALE, "husband": MALE, "son": MALE,
    "spokeswoman": FEMALE, "chairwoman": FEMALE, "businesswoman": FEMALE, "queen": FEMALE,
    "congresswoman": FEMALE, "actress": FEMALE, "mother": FEMALE, "wife": FEMALE, "widow": FEMALE,
    "daughter": FEMALE, "councilman": MALE, "councilwoman": FEMALE,
}  # fmt: skip
# A party's names, to tell its people from the other's.
PARTIES = {
    "republican": "republican", "gop": "republican", "republicans": "republican",
    "democratic": "democratic", "democrat": "democratic", "democrats": "democratic",
}  # fmt: skip
BODY_NOUNS = words_of(
    """campaign administration police department government ministry office committee agency court
    bank union company group party council commission association organization organisation
    institute foundation university team newspaper magazine network firm bureau service board
    center centre coalition network army military embassy authority corporation parliament
    cabinet regime fund federation league club hospital school church camp paper outlet watchdog
    institution charity airline carrier retailer chain utility operator publisher broadcaster"""
)
# These belong to somebody: `the campaign` is somebody's, never that of the last company named.
POSSESSED_BODIES = words_of(
    """campaign administration camp team regime government cabinet office party court police
    parliament council commission committee board staff school church army military embassy"""
)
# Sorts of organisation that are not each other.
SORTS = (
    words_of(
        """company firm bank corporation chain airline carrier retailer utility operator publisher
        broadcaster network newspaper magazine paper outlet"""
    ),
    words_of(
        """group union association organization organisation institute institution foundation
        coalition federation league charity watchdog center centre fund club university think"""
    ),
    words_of("agency department bureau ministry office service authority commission"),
)
OUTLET_NOUNS = words_of("newspaper paper magazine outlet publication website")
NEWSPAPER_WORDS = words_of(
    """times post journal news herald tribune sentinel gazette chronicle globe star sun guardian
    telegraph daily weekly review examiner observer inquirer dispatch newspaper magazine mail
    mirror press courier bulletin insider reporter economist record republic leader union circle
    today monitor independent register"""
)
PRONOUN_GENDER = {
    "he": MALE, "him": MALE, "his": MALE, "himself": MALE,
    "she": FEMALE, "her": FEMALE, "hers": FEMALE, "herself": FEMALE,
}  # fmt: skip
PRONOUNS = frozenset(PRONOUN_GENDER) | words_of(
    "i we they it who which that you one this these those them us me some many others everyone "
    "someone anyone nobody both all what most none several few"
)

MALE_NAMES = words_of(
    """aaron abdul abraham adam adrian ahmed alan albert alejandro alex alexander alexei alfred ali
    allen andre andrew andy angus anthony antonio antony arnold arthur ashton bashar barack
    barry ben benjamin bernard bernie bill billy bob bobby boris brad bradley brandon brendan
    brett brian bruce bryan calvin carl carlos chad charles charlie chris christopher chuck
    clarence clark colin conor corey craig curtis dale damian dan daniel danny darren dave david
    dean denis dennis derek diego dmitry dominic don donald doug douglas duncan dwight ed eddie
    edgar eduardo edward edwin elliott emmanuel eric ernest ethan eugene evan felix fernando
    francis francisco francois frank franklin fred frederick gary gavin gene geoffrey george
    gerald gerard giovanni glenn gordon graham grant greg gregory gunther gus guy hans harold
    harry harvey hassan heinz henry herbert herman howard hugh hugo ian ibrahim igor isaac ivan
    jack jacob jacques jake james jamie jan jared jason javier jay jean-claude jeb jeff jeffrey
    jeremy jerome jerry jesse jim jimmy joe joel johan john johnny jonathan jon jorge jose
    joseph josh joshua juan julian julio julius justin karl keith ken kenneth kevin kim-jong
    kurt kyle lance larry lawrence lee leo leon leonard leonid lewis liam lindsey lloyd louis
    lucas luis luke malcolm manuel marc marco marcus mario mark markus martin marty marvin matt
    matthew maurice max mehmet michael michel miguel mike mikhail mitch mitt mohamed mohammed
    muhammad nathan ned neil nicholas nick nicolas nigel noah norman oleg oliver omar oscar otto
    owen pablo pat patrick paul pavel pedro perry pete peter phil philip philippe phillip pierre
    rafael rahm ralph ramon rand randy raul ray raymond recep rex ricardo richard rick rob
    robert roberto rodney rodrigo roger roland ron ronald ross roy rudolph rudy rupert russell
    ryan salman sam samuel saul scott sean sebastian serge sergei sergey seth shane sidney simon
    spencer stanley stefan stephen steve steven stuart sylvester tariq ted terrence terry
    theodore thomas tim timothy toby todd tom tommy tony travis trevor tyler vernon victor
    viktor vincent vladimir volodymyr walter warren wayne wendell werner wesley will william
    winston wolfgang xavier yuri zachary zack"""
)
FEMALE_NAMES = words_of(
    """abigail alexandra alice alicia alison amanda amber amy ana andrea angela angelina anita ann
    anna anne annette annie april ariana ashley audrey ava barbara beatrice becky belinda
    bernadette beth betsy betty beverly brenda bridget brittany camille candice carla carly
    carmen carol caroline carolyn carrie catherine cathy cecilia charlotte chelsea cheryl chloe
    christina christine cindy claire clara claudia colleen condoleezza connie courtney crystal
    cynthia daisy dana daniela danielle dawn debbie deborah debra denise diana diane dianne
    dilma dolores donna dora doris dorothy edith eileen elaine eleanor elena elisabeth elise
    elizabeth ella ellen emily emma erica erika erin esther eva evelyn fatima federica felicia
    fiona florence frances gabriela gabrielle gail gemma gina glenda gloria grace greta gretchen
    gwen hannah harriet hazel heather heidi helen helena hillary hilary holly ida ilana imelda
    ingrid irene iris isabel isabella ivanka ivana jackie jacqueline jacinda jan jane janet
    janice jasmine jean jeanne jen jenna jennifer jenny jessica jill jo joan joanna joanne
    josephine joy joyce juanita judith judy julia juliana julie june karen karin kate katherine
    kathleen kathryn kathy katie katrina kayla kellyanne kimberly kirsten kristen kristin
    kristina laura lauren laurie leah leila leslie lila lily linda lisa liz lois loretta lori
    lorraine lucia lucy lydia lynn madeleine maggie marcia margaret maria marie marilyn marina
    marine marissa marjorie marsha martha mary maureen maya megan meghan melania melanie melinda
    melissa meredith michelle mildred miranda miriam molly monica nadia nancy naomi natalia
    natalie natasha nicola nicole nikki nina nora norma olga olivia pamela patricia patty paula
    pauline peggy penelope penny phyllis polly priscilla rachel ramona rebecca regina renee
    rhonda rita roberta robin rosa rosalind rose rosemary roxanne ruth sabrina sally samantha
    sandra sara sarah sasha shannon sharon sheila shelly sherry shirley silvia simone sofia
    sonia sophia sophie stacey stacy stella stephanie sue susan susana suzanne sylvia tamara
    tammy tanya tara teresa theresa tiffany tina tracy tulsi ursula valentina valerie vanessa
    vera veronica victoria virginia vivian wanda wendy whitney yolanda yulia yvette yvonne zoe"""
)


def gender_of_name(given: str) -> str | None:
    """'m', 'f', or None for a given name that says neither."""
    given = given.lower()
    male, female = given in MALE_NAMES, given in FEMALE_NAMES
    if male == female:
        return None
    return MALE if male else FEMALE


def gender_of_title(title: str) -> str | None:
    title = title.lower().rstrip(".")
    if title in MALE_TITLES:
        return MALE
    if title in FEMALE_TITLES:
        return FEMALE
    return ROLE_GENDER.get(title)
