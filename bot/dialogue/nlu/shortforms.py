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
    ),
}


def short_forms(language: Language) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in _SHORT[language].split())
    return {short: long.replace("_", " ") for short, _, long in pairs}
