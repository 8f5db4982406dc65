"""What thumbs leave out: short spellings and what they stand for, reviewed by hand."""

from __future__ import annotations

from bot.dialogue.nlu.examples import Language

_SHORT: dict[Language, str] = {
    "en": (
        "u=you ur=your r=are ya=you pls=please plz=please plss=please thx=thanks thnx=thanks tnx=thanks"
        " cuz=because bc=because coz=because cus=because w=with wut=what wat=what wht=what wen=when whn=when"
        " txt=text txts=texts txting=texting txtin=texting msg=message msgs=messages msging=messaging ppl=people"
        " tmrw=tomorrow tmr=tomorrow tomm=tomorrow tmw=tomorrow n=and abt=about b4=before kno=know tho=though"
        " thru=through rly=really pymt=payment pmt=payment pymts=payments mo=month mos=months mnth=month wk=week"
        " wks=weeks acct=account accnt=account acc=account hv=have hav=have gr8=great l8r=later l8=late"
        " 2nite=tonight 2day=today 2moro=tomorrow dat=that dis=this da=the dem=them dey=they wuz=was"
        " gonna=going_to wanna=want_to gotta=have_to lemme=let_me gimme=give_me dunno=dont_know idk=i_dont_know"
        " idc=i_dont_care cn=can cnt=cant dnt=dont wnt=want nt=not yall=you_all rn=right_now asap=soon"
        " info=information num=number nbr=number sum1=someone any1=anyone every1=everyone lil=little bday=birthday"
        " addy=address thn=then hw=how hve=have giv=give luv=love nd=and frm=from wrk=work jus=just jst=just"
        " bk=back shoulda=should_have coulda=could_have woulda=would_have aint=is_not cya=see_you ttyl=talk_later"
        " brb=be_right_back omw=on_my_way tbh=honestly imo=honestly fr=really prolly=probably ty=thanks tysm=thanks"
        " np=no_problem nvm=never_mind wtf=what_the_fuck wth=what_the_hell smh=annoyed stfu=shut_up gtfo=get_out"
        " c=see y=why wut=what hmu=contact_me k=okay ok=okay kk=okay"
        " laywer=lawyer lawer=lawyer lwayer=lawyer lawyr=lawyer loyer=lawyer lawyar=lawyer laywers=lawyers"
        " atorney=attorney attorny=attorney attourney=attorney attourny=attorney atty=attorney attny=attorney"
        " counsil=counsel councel=counsel bankrupcy=bankruptcy bankrupty=bankruptcy bankrupcty=bankruptcy"
        " bancruptcy=bankruptcy banruptcy=bankruptcy bankrutpcy=bankruptcy bankruptsy=bankruptcy bankrupsy=bankruptcy"
        " bankruptcey=bankruptcy bankrupcey=bankruptcy bancrupcy=bankruptcy bankrup=bankrupt chaptr=chapter chp=chapter"
        " deseased=deceased decesed=deceased diseased=deceased decased=deceased deceasd=deceased disceased=deceased"
        " desceased=deceased pased=passed passd=passed funral=funeral idenity=identity identiy=identity"
        " identy=identity identety=identity indentity=identity idendity=identity theif=theft thef=theft frawd=fraud"
        " fruad=fraud stollen=stolen stoled=stolen somone=someone sombody=somebody opend=opened suicde=suicide"
        " sucide=suicide suiside=suicide suicid=suicide suisidal=suicidal suicidle=suicidal suicdal=suicidal"
        " sucidal=suicidal kil=kill myslef=myself mysefl=myself unsubcribe=unsubscribe unsuscribe=unsubscribe"
        " unsubsribe=unsubscribe unsubscibe=unsubscribe unsub=unsubscribe stpo=stop sotp=stop stopp=stop"
        " subcribe=subscribe suscribe=subscribe harras=harass harrass=harass haras=harass herass=harass"
        " harrassment=harassment harasment=harassment harrasment=harassment harrassing=harassing harrasing=harassing"
        " harasing=harassing herassing=harassing harrassed=harassed complaind=complaint compliant=complaint"
        " complant=complaint disput=dispute dessist=desist desit=desist reconize=recognize recognise=recognize"
        " reconise=recognize recieved=received recived=received recievd=received recieve=receive varify=verify"
        " verfy=verify valadate=validate vaildate=validate valadation=validation vaildation=validation"
        " verfication=verification varification=verification statude=statute statut=statute limatations=limitations"
        " limitaions=limitations milatary=military millitary=military deployd=deployed depolyed=deployed dutty=duty"
        " servce=service payed=paid payd=paid allready=already alredy=already amont=amount ammount=amount"
        " incorect=incorrect balence=balance ballance=balance nubmer=number numbr=number worng=wrong wrng=wrong"
        " neice=niece permision=permission behaf=behalf infomation=information informaton=information delet=delete"
        " abusiv=abusive violance=violence sueing=suing"
        " cancle=cancel acess=access alowed=allowed anymor=anymore"
    ),
    "es": (
        "q=que k=que ke=que xq=porque pq=porque xk=porque porq=porque x=por pa=para tb=tambien tmb=tambien"
        " tbn=tambien toy=estoy ta=esta tan=estan msj=mensaje msjs=mensajes mxo=mucho mcho=mucho grax=gracias"
        " grcs=gracias grasias=gracias kiero=quiero kien=quien cdo=cuando bn=bien t=te d=de m=me ablar=hablar"
        " aser=hacer yamar=llamar yamen=llamen boy=voy ves=vez sem=semana xfa=por_favor xfavor=por_favor"
        " porfa=por_favor fa=favor mnn=manana plis=por_favor pls=por_favor dnd=donde cm=como hla=hola ola=hola asta=hasta aora=ahora"
        " ahorita=ahora oi=hoy ise=hice ai=hay ia=ya tngo=tengo pdo=puedo kero=quiero nadien=nadie pus=pues ps=pues"
        " soi=soy estoi=estoy voi=voy komo=como aki=aqui keda=queda kuando=cuando kuanto=cuanto ace=hace"
        " benir=venir bino=vino bida=vida bes=vez tanbien=tambien desir=decir nesesito=necesito"
        " suisidar=suicidar suisidarme=suicidarme suisidio=suicidio suisidas=suicidas vancarrota=bancarrota"
        " vancarota=bancarrota bancarota=bancarrota kiebra=quiebra quibra=quiebra quievra=quiebra avogado=abogado"
        " avogada=abogada abojado=abogado aboogado=abogado habogado=abogado abogao=abogado fayecio=fallecio"
        " fallesio=fallecio fayesio=fallecio falecio=fallecio fayecido=fallecido fallesido=fallecido murioo=murio"
        " defunsion=defuncion identida=identidad idendidad=identidad hidentidad=identidad denunsia=denuncia"
        " deplegado=desplegado servico=servicio serbicio=servicio servisio=servicio egercito=ejercito"
        " exercito=ejercito demnada=demanda demnadar=demandar demndar=demandar lejal=legal proseder=proceder"
        " korte=corte jues=juez acozo=acoso acozando=acosando keja=queja kejarme=quejarme yamada=llamada"
        " yamadas=llamadas yaman=llaman yamando=llamando mensages=mensajes mesajes=mensajes menzajes=mensajes"
        " vaja=baja recivir=recibir resibir=recibir kiten=quiten inisio=inicio testeen=texteen ekivocado=equivocado"
        " ekivocada=equivocada equibocado=equivocado eqivocado=equivocado informasion=informacion"
        " infomacion=informacion autoriso=autorizo ija=hija ijo=hijo reconosco=reconozco cantida=cantidad"
        " herrado=equivocado resivo=recibo recivo=recibo page=pague yego=llego yegar=llegar validasion=validacion"
        " verificasion=verificacion prescrivio=prescribio prescripta=prescrita comprueven=comprueben"
        " violensia=violencia amenasa=amenaza amenasada=amenazada golpiaba=golpeaba obligava=obligaba devo=debo"
        " deve=debe bibir=vivir bibo=vivo"
    ),
}


def short_forms(language: Language) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in _SHORT[language].split())
    return {short: long.replace("_", " ") for short, _, long in pairs}
