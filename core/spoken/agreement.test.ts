import { describe, expect, it } from 'vitest';
import { agreementOf } from './agreement.ts';

const CASES: Record<string, { yes: string; no: string; neither: string }> = {
  en: {
    yes: "yes|Yes.|yeah|Yep!|yes please|Yes, yes, yes.|yesss|sure|Sure, go ahead|go ahead please|that's correct|That is right.|correct, thank you|ok|Okay|all right|absolutely|of course|Yes, of course, thanks|sounds good|perfect|yeah, that's right|confirm|I confirm|please do|Yes sir|place the order please|exactly|uh, yes|well, yes|do it|that works",
    no: "no|No.|nope|no thanks|No, thank you|no, wait|wait|Hold on|hold on please|no no no|that's wrong|No, that's not right|cancel it|please cancel the order|not yet|definitely not|absolutely not|don't|stop|never mind|I don't want it|uh, no|incorrect|not really",
    neither:
      "yes?|yes but make it six|yes, no wait|yes, six|is it fresh|Is that right?|no problem|maybe|I think so|hmm|well|thanks|great|right|yes, and two more|yes to the first one|not sure|yes I'm not sure|no, yes|yes...|yes,|okay but when|what|sorry|can you repeat that|one|I said five|not ok|no it's fine yes|yes or no|why not|ok google|yesterday|no idea|correct the address|||123",
  },
  es: {
    yes: 'sí|Sí.|si|sí, claro|claro que sí|Claro|vale|Vale, gracias|de acuerdo|Sí, de acuerdo|confirmo|Sí, confirmo|lo confirmo|correcto|Es correcto, gracias|exacto|eso es|así es|perfecto|Sí, por favor|sí señora|adelante|dale|por supuesto|está bien|ok|okey|sí sí sí|pues sí|bueno, sí|muy bien|listo',
    no: 'no|No.|no, gracias|No, espera|espere|espere un momento|No no no|claro que no|por supuesto que no|no es correcto|está mal|no, eso no|cancela|Cancélelo, por favor|todavía no|mejor no|no lo quiero|para nada|pues no|no confirmo|no señor|ni hablar',
    neither:
      '¿sí?|sí, pero seis|sí, no, espera|sí, cinco cajas|bueno|creo que sí|quizás|por qué no|no hay problema|a lo mejor|gracias|si no|sí o no|¿es fresco?|es fresco|y el precio|sí y añade otra|claro, pero mañana|vale, ¿cuánto?|no sé|siempre|sino|sí si es barato|repita|cómo|sí...|confirmo dos|mi madre sí|ya|hola|seis|no, sí|no sí',
  },
  it: {
    yes: "sì|Sì.|si|sì sì|certo|Certo che sì|va bene|Va bene, grazie|confermo|Sì, confermo|d'accordo|Sì, d'accordo|ok|okay|esatto|È giusto|giusto|corretto|perfetto|procedi|Proceda pure|sì grazie|sì, per favore|va benissimo|certamente|assolutamente sì|ma certo|allora sì|vai|faccia pure|come no|sicuro",
    no: 'no|No.|no no|no grazie|No, aspetti|aspetta|certo che no|assolutamente no|non va bene|non è corretto|sbagliato|È sbagliato|annulla|annulli per favore|non lo voglio|non ancora|meglio di no|per niente|allora no|lasci stare|non confermo|aspetti un attimo',
    neither:
      'sì?|sì ma sei|sì, no aspetta|sì, cinque|bene|forse|credo di sì|perché no|nessun problema|grazie|è fresco?|è fresco|sì e un altro|certo, però domani|non so|se|sei|sì se costa poco|ripeta|come|sì...|va bene sei|assolutamente|no sì|confermo due|sì o no|un attimo|quanto costa|allora|ciao|quasi|sì quello grande',
  },
  ru: {
    yes: 'да|Да.|да, да|ага|верно|Всё верно|все верно, спасибо|правильно|подтверждаю|Да, подтверждаю|конечно|да, конечно|согласен|согласна|хорошо|ладно|давайте|Давайте, пожалуйста|точно|именно так|ок|окей|оформляйте|Да, оформляйте, пожалуйста|отлично|договорились|ну да|разумеется|совершенно верно|ну хорошо|так точно|годится',
    no: 'нет|Нет.|нет, нет|не|неа|нет, спасибо|нет, подождите|подожди|подождите, пожалуйста|неверно|неправильно|Это не так|не надо|не нужно|конечно нет|отмена|отмените|стоп|пока нет|передумал|я передумала|ни в коем случае|не согласен|ну нет',
    neither:
      'да?|да, но шесть|да, нет, подождите|да, пять коробок|да нет|да ладно|наверное|может быть|угу|ну|спасибо|свежее?|свежее ли|да и ещё одну|хорошо, но завтра|не знаю|повторите|что|да...|давайте шесть|нет проблем|почему бы и нет|да или нет|всегда|сколько стоит|верно ли|да если недорого|вот|нет да|правильно пишется иначе|дай|привет',
  },
  ar: {
    yes: 'أيوه|ايوه|أيوا|ايوا.|نعم|نعم.|نعم نعم|أيوة، تمام|تمام|تمام، شكرا|أكد|أكدي الطلب|نعم، أكد الطلب|أكيد|صح|صح كده|صحيح|مظبوط|بالظبط|موافق|أنا موافق|موافقة|ماشي|طبعا|اوكي|أوكي|طيب تمام|اه تمام|ايوه صح|حسناً|نعم من فضلك|كله تمام|كمل|آه أكيد|إن شاء الله تمام|نَعَم',
    no: 'لا|لا.|لأ|لاء|لا لا|لا شكرا|لا، استنى|استنى|استني لو سمحت|مش كده|لا مش كده|مو كذا|مش صح|غلط|هذا غلط|الغي|كنسل|بلاش|مش عايز|ما أبي|لا أريد|مش موافق|لا طبعا|طبعا لا|وقف|انتظر من فضلك',
    neither:
      'نعم؟|أيوه بس خليها ستة|أيوه لا استنى|أيوه خمسة|طيب|آه|حاضر|شكرا|يمكن|ممكن|ليه لا|مفيش مشكلة|هل هو طازج؟|هو طازج|وكمان علبة|تمام بس بكره|مش عارف|كم السعر|إيه|ايش|نعم...|لا تمام|إن شاء الله|خلاص|والله|ما فهمت|عيد تاني|صح ولا غلط|لو سمحت|نعم ولا لا|ستة|ابدأ|السلام عليكم|صحيفة',
  },
  fa: {
    yes: 'بله|بله.|بله بله|آره|اره|آره درسته|درسته|بله، درسته|درست است|صحیح است|تایید می‌کنم|بله تایید میکنم|باشه|باشه، ممنون|حتما|البته|اوکی|موافقم|قبوله|ثبت کنید|بله ثبت کنید لطفا|ثبتش کن|دقیقا|عالیه|همینه|خب باشه|خوبه، ثبت کن|کاملا درسته|بله لطفا|سلام بله|انجام بده',
    no: 'نه|نه.|نه نه|نخیر|خیر|نه ممنون|نه، صبر کن|صبر کنید|صبر کنید لطفا|اشتباهه|نه اشتباهه|غلطه|درست نیست|نمی‌خوام|نمیخوام|لغو کن|لغو کنید لطفا|کنسلش کن|هنوز نه|الان نه|موافق نیستم|به هیچ وجه|خب نه|وایسا',
    neither:
      'بله؟|بله ولی شش تا|بله نه صبر کن|بله پنج تا|خب|خوبه|شاید|فکر کنم|چرا که نه|مشکلی نیست|ممنون|تازه است؟|تازه است|و یکی دیگه|باشه ولی فردا|نمی‌دونم|قیمتش چنده|چی|بله...|نه بله|بله یا نه|تکرار کنید|شش|سلام|آها|لطفا|اگه ارزونه بله|درست متوجه نشدم|نهار|باشگاه|همیشه|صحیح نیست یا هست',
  },
};

describe.each(Object.entries(CASES))('%s', (language, { yes, no, neither }) => {
  it.each(yes.split('|'))('a yes: %j', (text) => {
    expect(agreementOf(text, language)).toBe('yes');
    expect(agreementOf(text)).toBe('yes');
  });
  it.each(no.split('|'))('a no: %j', (text) => {
    expect(agreementOf(text, language)).toBe('no');
    expect(agreementOf(text)).toBe('no');
  });
  it.each(neither.split('|'))('neither: %j', (text) => {
    expect(agreementOf(text, language)).toBeNull();
    expect(agreementOf(text)).toBeNull();
  });
});

it('takes what is said in every language for what it is in another one, and no more', () => {
  expect(agreementOf('ok', 'fr')).toBe('yes');
  expect(agreementOf('oui', 'fr')).toBeNull();
  expect(agreementOf('да', 'es')).toBeNull();
});

it('never takes a text for a yes that has a number, a question or another word in it', () => {
  for (const { yes } of Object.values(CASES))
    for (const text of yes.split('|'))
      for (const more of [`${text} 5`, `${text}?`, `xyz ${text}`, `${text} xyz`, `${text}, no`, `${text} but`])
        expect(agreementOf(more), more).not.toBe('yes');
});
