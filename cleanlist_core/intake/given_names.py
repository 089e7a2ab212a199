"""Words that tell columns of people where no header says what they hold."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES = _words(
    """
    aaron abdul abdullah adam adele adrian adriana agata agnes agnieszka ahmed aicha aileen aisha akira alan
    albert alberto alejandra alejandro aleksander aleksandra alessandra alessandro alessia alex alexander
    alexandra alexandre alexei alfonso alfred ali alice alicia alina alison alistair allison amanda amelia
    amelie amina amir amit amy ana anastasia anders andrea andreas andrei andres andrew andrzej angela
    angelika angelo anil anita anja anjali anke ann anna annabel anne anneke annette annika anouk anthony
    antje antoine anton antonia antonio anya aoife arjun armin arnaud arthur arturo arun astrid axel ayse
    barbara bart bartosz beata beatrice beatriz benedikt benjamin bernard bernd bernhard bert bettina bianca
    birgit birgitte bjorn boris brendan brian bridget brigitte bruno caitlin camila camille carina carl
    carla carlo carlos carmen carolin caroline catarina caterina catherine cecile cecilia celeste celia
    celine cem chantal charles chiara chloe christiane christina christine christoph christophe christopher
    ciara claire clara claudia claudio clemens clement conor constantin corinna cristian cristina cyril
    dagmar damian damien daniel daniela daniele danielle danuta dario dariusz darren david davide deborah
    deepak deirdre denis denise dennis derek diana diego dieter dietmar dimitri dirk dmitri dominik
    dominique donald donna doris dorota dorothea douglas duncan edith edoardo eduard eduardo edward eileen
    elaine eleanor elena eleonora elias elif elisa elisabeth elizabeth elke ella ellen emanuel emeline
    emilia emilie emilio emily emma emmanuel enrico enrique eric erica erik erika ernst esra esteban esther
    etienne eugenia eva evelyn ewa fabian fabien fabio fabrice fatima federica federico felipe felix
    ferdinand fernanda fernando filip filippo finn fiona franca francesca francesco francisca francisco
    franck francois francoise frank franz frederic frederik friederike friedrich fritz gabriel gabriela
    gabriele gabrielle gael gareth gemma georg george georges gerald gerard gerd gerhard gernot giacomo
    gianluca giorgio giovanni gisela giulia giulio giuseppe gonzalo gordon graham greg gregor gregory greta
    grzegorz guido guillaume guillermo gunter gunther gustav gustavo hakan hanna hannah hannes hans harald
    harold hassan heather hector heidi heike heiko heinrich heinz helen helena helene helga helmut hendrik
    henri henrik henry herbert hermann hilary hilde hiroshi holger horst hubert hugo hugues hussein ian
    ibrahim ida ignacio igor ilaria ilona ilse imran ines inga inge ingo ingrid irena irene irina isabel
    isabella isabelle ismail istvan ivan ivana iwona jacek jackie jacob jacqueline jacques jakob jakub james
    jamie jan jana jane janet janine janos jason javier jean jeanne jeff jeffrey jelena jennifer jenny jens
    jeremy jerome jerry jesper jesse jessica jesus jim jin joachim joan joana joanna joao joaquin jochen
    joel joerg johan johanna johannes john jolanta jon jonas jonathan jorg jorge jose josef joseph josephine
    joshua juan juana judith jules julia julian juliana julie julien juliette jurgen justin justyna kai
    kamil karen karim karin karina karl karla karolina karsten katarina katarzyna kate katharina katherine
    kathleen kathrin kathryn katia katja katrin kazuo keith kelly kenneth kerstin kevin khalid kirsten
    kirsty klara klaus konrad konstantin krishna kristen kristian kristin kristina krystyna krzysztof kurt
    kyle lars laszlo laura lauren laurence laurent laurie lea leah leon leonardo leonie leopold leslie
    leticia liam lidia lilian liliana linda lionel lisa lloyd lorena lorenzo lothar louis louise luc luca
    lucas lucia luciana luciano lucie lucy ludovic ludwig luigi luis luisa luise lukas lutz lydia lynn
    maciej maeve magali magdalena maja malgorzata malte mandy manfred manon manuel manuela mara marc marcel
    marcela marcello marcin marco marcos marcus marek margaret margarita margaux margot maria mariana
    marianne marie mariella mario marion marius marlene marta martha martin martina mary maryam mateo
    mateusz mathias mathieu mathilde matt matteo matthew matthias matthieu maurice maurizio mauro max
    maximilian maya mehdi mehmet melanie melissa merve michael michaela michal michel michela michele
    michelle miguel mihai mikael mike mikhail mila milena mireille miriam mirko mohamed mohammad
    mohammed monica monika monique muhammad murat mustafa nadia nadine nadja nancy naomi natalia natalie
    natasha nathalie nathan neha neil nele nelly nicholas nick nicola nicolas nicole niels nigel nikita
    nikolai nikolaus nils nina noah noemie noor nora norbert norma odile olaf ole oleg olga oliver olivia
    olivier oluwaseun omar oscar oskar osman otto owen pablo pamela paola paolo pascal patricia patricio
    patrick patrizia patrycja paul paula pauline paulo pavel pawel pedro peggy per peter petra philip
    philipp philippa philippe phillip pierre pieter pietro pilar piotr priya quentin rachel rachid radoslaw
    rafael raffaele rahul raimund rainer raj rajesh ralf ralph ramon raphael raquel raul ravi rebecca
    reinhard renata renate renato rene ricardo riccardo richard rita robert roberta roberto robin rodrigo
    roger roland rolf romain romina ronald rosario rosemary roxana rudiger rudolf ruth ryan sabine sabrina
    sally salma salvatore samantha samir samuel sandra sandrine sanjay sara sarah sascha saskia
    sean sebastian sebastien selim serena sergei sergey sergio severine shane shannon sharon sheila shirley
    sibylle siegfried sigrid silke silvia silvio simon simona simone sinead siobhan slawomir soeren sofie
    solene sonia sonja sophia sophie soren stacey stanislav stefan stefania stefano steffen stephan stephane
    stephanie stephen steve steven stuart sunil suresh susan susana susanna susanne suzanne sven svenja
    svetlana sylvain sylvia sylvie takashi tamara tania tanja tanya tara tatiana ted teresa terry thea theo
    theodor theresa therese thibault thierry thomas thorsten tiago tim timo timothy tina tobias todd tom
    tomas tomasz tommaso toni tony torsten tracey tracy tristan udo ulf ulrich ulrike umberto ursula ute uwe
    vaclav valentin valentina valeria valerie vanessa veronica veronika veronique vicente vijay viktor
    viktoria vincent vincenzo violeta virginie vivek vivian vivien vladimir volker walter waltraud wanda wei
    wendy werner wiebke wilfried wilhelm william wilma wojciech wolfgang xavier ximena yannick yasmin
    yasmine yolanda yuki yuri yusuf yves yvette yvonne zbigniew zeynep zoe zofia zuzana zuzanna
    """
)
"""First names many people bear, without accents. Left out are those that are words or places as well."""

PLACES = _words(
    """
    amsterdam antwerp athens atlanta austin australia austria barcelona basel beijing belgium berlin bern
    birmingham bogota bonn bordeaux boston bremen bristol brussels bucharest budapest canada chicago china
    cologne copenhagen dallas delhi denmark denver dresden dubai dublin edinburgh england espana finland
    florence france frankfurt geneva genoa germany glasgow hamburg hanover helsinki houston hungary india
    ireland istanbul italia italy japan krakow leeds leipzig lille lima lisbon liverpool london lyon madrid
    malaga manchester marseille melbourne mexico miami milan milano montreal moscow mumbai munich nantes
    naples netherlands nice norway nuremberg osaka oslo paris poland porto portugal prague roma romania rome
    rotterdam scotland seattle sevilla shanghai singapore sofia spain stockholm strasbourg stuttgart sweden
    switzerland sydney tallinn tokyo toronto toulouse turin ukraine valencia vancouver venice vienna vilnius
    warsaw washington wien zagreb zurich
    """
)
"""Cities and countries, which stand beside a first name as often as a last name does."""
