"""The text of each letter in Spanish, as spoken in the United States.

A Spanish speaker at the practice reviews it.
"""

from letters.wording.words import Block, Box, Frame, Plain, Topic, Words

FRAME = Frame(
    salutation="Estimado/a {{ guarantor.name }}:",
    date="Fecha ",
    letter="Carta ",
    heads=(
        "Cuenta y paciente",
        "Fecha de servicio, 1.ª\u00a0factura",
        "Estado",
        "Cargos",
        "Pagos del seguro",
        "Ajustes",
        "Sus pagos, el\u00a0último",
        "Saldo",
    ),
    total="Total en esta carta",
    paid_in_full="Pagada",
    not_due="no se cobra ahora",
    since="desde ",
    days='{{ a.service_on|date("es-short") }} (primera factura {{ a.first_statement_on|date("es-short") }})',
    how_it_came=(
        "Cargos {{ a.charges_cents|money }}, pagos del seguro {{ a.insurance_cents|money }}, ajustes "
        "{{ a.adjustments_cents|money }}, sus pagos {{ a.paid_cents|money }}{% if a.last_payment_on %} (el último "
        'el {{ a.last_payment_on|date("es") }}){% endif %}'
    ),
    large_heads=("Cuenta", "Estado", "Saldo"),
    cut="✂  Desprenda esta parte y envíela con su pago",
    payable_to="Haga su cheque a nombre de y envíelo a",
    sender="De ",
    amount_due="Monto a pagar",
    pay_by="Fecha límite de pago",
    on_receipt="al recibir esta carta",
    enclosed="Monto que envía",
    ledger_heads=("Cuenta", "Fecha", "Descripción", "Monto", "Saldo"),
    plan_heads=("Pagos", "Pago mensual", "Último pago", "Primer vencimiento"),
    instalment_heads=("", "Vence el", "Monto"),
    disclosures=(
        "Divulgaciones de la Ley federal de Veracidad en los Préstamos",
        "Monto financiado (el monto del crédito que se le otorga)",
        "Cargo financiero (lo que le costará el crédito en dólares)",
        "Tasa de porcentaje anual (el costo de su crédito como tasa anual)",
        "Total de pagos (lo que habrá pagado después de hacer todos los pagos programados)",
        "{{ arrangement.instalments|length }} pagos, en las fechas y por los montos de arriba. No hay garantía real, "
        "ni cargo por pago tardío, ni penalidad por pagar antes.",
    ),
    day='date("es")',
    short_day='date("es-short")',
    titled='titled("es")',
    called='called("es")',
    entry='entry("es")',
    state_line="line.es",
    credit=(
        "Crédito en la cuenta que termina en {{ credit.ending }}: {{ credit.amount_cents|money }}. Lo estamos "
        "aplicando a su saldo."
    ),
    reply=(
        "✂  Desprenda esta parte y devuélvala",
        "¿Son correctos su nombre y su dirección?",
        "☐  Sí, todo está correcto.",
        "☐  No. Mi dirección ahora es:",
    ),
    agency=("Agencia", "Dirección", "Teléfono", 'Monto al {{ agency.placed_on|date("es") }}'),
    described=(
        "{% if a.service %}Servicio: {{ a.service }}{% endif %}{% if a.provider %}{% if a.service %} · {% endif %}"
        "Proveedor: {{ a.provider }}{% endif %}{% if a.insurer %}{% if a.service or a.provider %} · {% endif %}"
        "Seguro registrado: {{ a.insurer }}{% endif %}"
    ),
    elsewhere=(
        "No está en este monto: {% if elsewhere|length == 1 %}su cuenta{% else %}sus cuentas{% endif %} "
        "{{ elsewhere|join(', ') }} con nosotros. Esta carta es solo sobre {% if accounts|length == 1 %}la cuenta"
        "{% else %}las cuentas{% endif %} de arriba."
    ),
    of_accounts="{% if accounts|length == 1 %}Cuenta {% else %}Cuentas {% endif %}",
    first_payment="Primer pago",
    unit=" × {{ line.units }}",
)

_PAY = Topic(
    "Cómo pagar.",
    "Envíe un cheque con el cupón de abajo{% if creditor.pay_online %}, pague en línea en "
    "{{ creditor.pay_online }}{% endif %} o llame al {{ creditor.phone }} para pagar con tarjeta o desde su cuenta "
    "bancaria.",
)
_PLAN = Topic(
    "¿Necesita más tiempo?",
    "No tiene que pagar todo de una vez. Llámenos para hacer pagos mensuales que se ajusten a su presupuesto.",
)
_DISPUTE = Topic(
    "¿Ve algún error?",
    "Puede pedir una factura detallada gratis. También puede disputar cualquier parte de este saldo, por teléfono o "
    "por escrito a la dirección de arriba. Lo revisaremos y le responderemos.",
)
_INSURANCE = Topic(
    "¿Tiene otro seguro?",
    "Si tenía cobertura en la fecha del servicio, incluso Medicare o Medicaid, llámenos para que le enviemos la "
    "factura al seguro.",
)
_ASSISTANCE = Topic(
    "Ayuda para pagar su factura.",
    "Es posible que haya asistencia financiera para usted. Llámenos para saber cómo solicitarla. Es gratis.",
    "Nuestra política de asistencia financiera ofrece atención gratuita o a menor costo a las personas que califican, "
    "principalmente según sus ingresos. Puede solicitarla hasta por lo menos 240 días después de su primera factura. "
    "Llámenos o visítenos para recibir copias gratis de la política, el resumen en lenguaje sencillo y la solicitud, o "
    "ayuda para llenarla.{% if creditor.assistance_url %} También están en {{ creditor.assistance_url }}.{% endif %}",
)
_CALL = Topic("Llámenos.", "{{ creditor.phone }}, {{ creditor.phone_hours_es }}.")
_LANGUAGE = Topic(
    "Ayuda con el idioma, sin costo.",
    "Llame al {{ creditor.phone }} si necesita un intérprete, letra grande u otra ayuda. For English, see the copy "
    "enclosed.",
)
_HELP = ((_PAY, _PLAN, _DISPUTE, _CALL), (_ASSISTANCE, _INSURANCE, _LANGUAGE))
_QUIET_HELP = ((_DISPUTE, _CALL), (_ASSISTANCE, _LANGUAGE))

_ACCOUNTS = "{% if accounts|length == 1 %}la cuenta{% else %}las cuentas{% endif %}"
_THESE = "{% if accounts|length == 1 %}esta cuenta{% else %}estas cuentas{% endif %}"
"""One account or several, in a sentence."""

_PAY_BY = "pague a más tardar el "
_ASKS = Box("Monto de esta carta", "{{ asked_cents|money }}", _PAY_BY, when="letter.pay_by")


def _asks_for(label: str) -> Box:
    """The box of a letter that asks for one payment, not for the total of its accounts."""
    return Box(label, "{{ asked_cents|money }}", _PAY_BY, when="letter.pay_by")


WORDS: dict[str, Words] = {
    "statement": Words(
        _ASKS,
        (
            "Este es su estado de cuenta por la atención médica que se indica abajo. Ya le enviamos la factura al "
            "seguro que tenemos registrado, si lo hay. El monto que ve es la parte que le corresponde a usted.",
            "Puede pagar con el cupón de abajo o llamarnos. Con gusto le explicamos cualquier cargo.",
        ),
        _HELP,
    ),
    "reminder-1": Words(
        _ASKS,
        (
            "Este es un recordatorio amable de que tiene un saldo por la atención médica que se indica abajo. Si ya "
            "envió su pago, muchas gracias. No haga caso de esta carta.",
            "Si todavía no, puede pagar con el cupón de abajo o llamarnos. Con gusto respondemos sus preguntas y "
            "buscamos una forma de pago que le convenga.",
        ),
        _HELP,
    ),
    "reminder-2": Words(
        _ASKS,
        (
            "Ya le escribimos sobre el saldo de abajo. Todavía no hemos recibido el pago completo. Si su pago ya está "
            "en camino, muchas gracias.",
            "Si se le hace difícil pagar, llámenos. Hay opciones: pagos mensuales más pequeños, asistencia financiera "
            "o un seguro al que no se le envió la factura. Basta una llamada para empezar.",
        ),
        _HELP,
    ),
    "reminder-3": Words(
        _ASKS,
        (
            "El saldo de abajo sigue sin pagarse después de nuestras cartas anteriores. Queremos ayudarle a "
            "resolverlo.",
            "Por favor pague o llámenos a más tardar en la fecha de arriba. Puede elegir pagos mensuales, solicitar "
            "asistencia financiera o avisarnos si hay un error en la factura. Le escucharemos.",
        ),
        _HELP,
    ),
    "final-notice": Words(
        _ASKS,
        (
            "Le hemos escrito sobre el saldo de abajo y sigue sin pagarse. Todavía tiene tiempo de resolverlo con "
            "nosotros, y queremos ayudarle.",
        ),
        _HELP,
        final=(
            'Este es el último aviso para: LISTING. Tiene hasta el {{ letter.pay_by|date("es") }}, por lo menos 30 '
            "días después de la fecha de esta carta. Si para esa fecha no ha pagado, acordado pagos mensuales, "
            "solicitado asistencia financiera o disputado el saldo, podríamos enviar la cuenta a una agencia de "
            "cobros. Nada cambia antes de esa fecha. Hay asistencia financiera para las personas que califican, y "
            "puede solicitarla ahora.",
        ),
        final_charity=(
            "Con esta carta le enviamos un resumen, en lenguaje sencillo, de nuestra política de asistencia "
            "financiera.",
        ),
    ),
    "paid-in-full": Words(
        Box("Saldo", "{{ total_cents|money }}", 'pagado por completo al {{ letter.date|date("es") }}'),
        (
            'Gracias por su pago. Al {{ letter.date|date("es") }}, las cuentas que dicen “Pagada” abajo tienen saldo '
            "cero. No debe nada más por esa atención médica.",
            "Guarde esta carta para sus archivos. No tiene que hacer nada más.",
        ),
        (
            (
                Topic(
                    "¿Ve algún error?",
                    "Puede pedir una factura detallada gratis. Si cree que pagó de más, o si un seguro paga después, "
                    "llámenos. Lo revisaremos y le reembolsaremos lo que le corresponda.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Atención futura.",
                    "Si alguna vez se le hace difícil pagar, llámenos primero. Es posible que haya asistencia "
                    "financiera para usted.",
                    "Si alguna vez se le hace difícil pagar, llámenos primero. Nuestra política de asistencia "
                    "financiera ofrece atención gratuita o a menor costo a las personas que califican. Las copias y "
                    "las solicitudes son gratis.",
                ),
                _LANGUAGE,
            ),
        ),
    ),
    "itemised-statement": Words(
        _ASKS,
        (
            "Este es el estado de cuenta detallado de su cuenta. Muestra cada cargo, pago y ajuste registrado, con el "
            "saldo después de cada uno.",
            "Si algo no está claro, o si cree que hay un error, llámenos. Lo revisaremos con usted.",
        ),
        _HELP,
        blocks=(Block.LEDGER,),
        plain=Plain(
            "El estado de su cuenta",
            (
                "Este es el estado de su cuenta. Muestra cada cargo en un solo monto, y cada pago y ajuste "
                "registrado, con el saldo después de cada uno.",
                "¿Quiere ver cada servicio con su código y su precio? Llámenos. Le enviaremos una factura con cada "
                "línea, sin costo.",
            ),
        ),
    ),
    "arrangement-offer": Words(
        Box("Saldo", "{{ arrangement.total_cents|money }}", "en pagos mensuales, si usted quiere"),
        (
            "No tiene que pagar su saldo de una sola vez. Puede elegir uno de los planes de pago de abajo. Ninguno "
            "tiene intereses, cuotas ni otros cargos.",
        ),
        _QUIET_HELP,
        blocks=(Block.PLAN_OPTIONS,),
        closing=(
            "Para elegir un plan, llame al {{ creditor.phone }}, {{ creditor.phone_hours_es }}. Si ninguno le "
            "conviene, díganos qué le serviría. Muchas veces podemos encontrar otro. Si elige un plan, conserva su "
            "derecho a disputar el saldo y a solicitar asistencia financiera.",
        ),
        tells_not_due=False,
    ),
    "arrangement-confirmation": Words(
        Box(
            "Su plan de pagos",
            "{{ arrangement.total_cents|money }}",
            "{% if arrangement.instalments %}primer pago el "
            '{{ arrangement.instalments[0].due_on|date("es") }}{% endif %}',
        ),
        (
            "Gracias. Este es su plan de pagos{% if arrangement.number %} (plan {{ arrangement.number }}){% endif %} "
            f"para {_ACCOUNTS} de abajo: "
            "{{ arrangement.total_cents|money }} en {{ arrangement.instalments|length }} "
            "pagos{% if arrangement.down_payment_cents %}, después de un pago inicial de "
            "{{ arrangement.down_payment_cents|money }}{% endif %}. No hay intereses, cuotas ni otros cargos.",
        ),
        _QUIET_HELP,
        blocks=(Block.INSTALMENTS, Block.DISCLOSURES),
        closing=(
            "Puede hacer cada pago de una de estas formas. Envíe un cheque a {{ creditor.remit_lines|join(', ') }}: el "
            "primero con el cupón de abajo, los siguientes con el número {{ letter.number }} escrito en él. "
            "{% if creditor.pay_online %}Pague en línea en "
            "{{ creditor.pay_online }}. {% endif %}O llame al {{ creditor.phone }} para pagar con tarjeta o desde su "
            "cuenta bancaria.",
            "Si una fecha o un monto ya no le conviene, llámenos antes del vencimiento y buscaremos otro. Si no hace "
            "un pago, primero le escribiremos y tendrá tiempo de ponerse al día. El resto del saldo no vence "
            "automáticamente. Si no se pone al día, el plan podría terminar. Puede pagar más, o antes, cuando quiera. "
            "Si autorizó pagos automáticos, puede llamarnos para pedir una copia de la autorización o cancelarla.",
        ),
        tells_not_due=False,
    ),
    "arrangement-broken": Words(
        _asks_for("Pago pendiente"),
        (
            "No hemos recibido un pago de su plan de pagos{% if arrangement.number %} "
            "(plan {{ arrangement.number }}){% endif %}: "
            "{{ arrangement.missed_cents|money }}{% if arrangement.missed_on %}, que vencía el "
            '{{ arrangement.missed_on|date("es") }}{% endif %}. Si ya está en camino, muchas gracias.',
            "Su plan sigue activo si hace este pago{% if arrangement.cure_by %} a más tardar el "
            '{{ arrangement.cure_by|date("es") }}{% endif %}. Si el plan ya no le conviene, llámenos. Le ayudaremos a '
            "hacer otro.",
        ),
        _HELP,
    ),
    "promise-broken": Words(
        _asks_for("Pago prometido"),
        (
            "Cuando hablamos, usted pensaba pagar {{ promise.amount_cents|money }} a más tardar el "
            '{{ promise.due_on|date("es") }}. {% if promise.paid_cents %}Recibimos {{ promise.paid_cents|money }}. '
            "Gracias. Si el resto está en camino, no haga caso de esta carta.{% else %}Todavía no lo hemos recibido. "
            "Si ya está en camino, no haga caso de esta carta.{% endif %}",
            "Los planes cambian, y está bien. Llámenos para encontrar una fecha o un monto que le convenga.",
        ),
        _HELP,
    ),
    "returned-check": Words(
        _asks_for("Pago devuelto"),
        (
            '{% if returned_payment.count == 1 %}El {{ returned_payment.returned_on|date("es") }} el banco devolvió su '
            "pago de {{ returned_payment.amount_cents|money }} hecho el "
            '{{ returned_payment.paid_on|date("es") }}.{% else %}El banco devolvió {{ returned_payment.count }} de sus '
            "pagos, {{ returned_payment.amount_cents|money }} en total, hasta el "
            '{{ returned_payment.returned_on|date("es") }}.{% endif %} El saldo de abajo está pendiente otra vez. No '
            "le cobramos nada por esto.",
            "Esto le puede pasar a cualquiera. Envíe otro pago o llámenos para pagar de otra forma.",
        ),
        _HELP,
    ),
    "dispute-received": Words(
        Box(
            "Nada que pagar ahora",
            "En revisión",
            'respuesta a más tardar el {{ dispute.answer_by|date("es") }}',
            money=False,
        ),
        (
            'Recibimos su disputa el {{ dispute.received_on|date("es") }} sobre '
            f"{_ACCOUNTS} de abajo. Gracias por avisarnos.",
            "La compararemos con nuestros registros y le responderemos a más tardar el "
            '{{ dispute.answer_by|date("es") }}, con copias de lo que encontremos. Hasta entonces no le enviaremos '
            f"recordatorios sobre {_THESE}, y no tiene que pagar el monto que disputa.",
            "Si tiene documentos que puedan ayudar, como una carta de su seguro o un recibo, envíe copias a la "
            "dirección de arriba. Escriba en ellas el número de esta carta.",
        ),
        ((_INSURANCE, _CALL), (_ASSISTANCE, _LANGUAGE)),
        tells_not_due=False,
    ),
    "placement-notice": Words(
        Box("Su cuenta está ahora con", "{{ agency.name }}", "{{ agency.phone }}", money=False),
        (
            'El {{ agency.placed_on|date("es") }} enviamos '
            f"{_ACCOUNTS} de abajo a la agencia que se indica aquí. Desde ahora, envíe sus pagos a la agencia, no a "
            f"nosotros, y comuníquese con ella sobre {_THESE}. La "
            "agencia debe enviarle su propio aviso sobre sus derechos.",
        ),
        (
            (
                Topic(
                    "¿Ya pagó o ve algún error?",
                    "Comuníquese con la agencia o con nosotros, por teléfono o por escrito. Puede disputar el saldo y "
                    "pedir una factura detallada gratis. Le avisaremos a la agencia el mismo día.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Ayuda para pagar su factura.",
                    "Todavía puede pedirnos asistencia financiera. Llámenos para saber cómo solicitarla. Es gratis.",
                    "Todavía puede solicitar asistencia financiera hasta por lo menos 240 días después de su primera "
                    "factura. Mientras revisamos su solicitud, el cobro se detiene. Las copias y la ayuda son "
                    "gratis{% if creditor.assistance_url %}: {{ creditor.assistance_url }}{% endif %}.",
                ),
                _LANGUAGE,
            ),
        ),
        blocks=(Block.AGENCY,),
        tells_not_due=False,
    ),
    "refund-notice": Words(
        Box("Reembolso para usted", "{{ refund.amount_cents|money }}", 'enviado el {{ refund.sent_on|date("es") }}'),
        (
            "Se pagó en su cuenta más de lo que se debía, así que le reembolsamos {{ refund.amount_cents|money }}. "
            "{% if refund.by_check %}Recibirá un cheque por correo en la dirección de arriba.{% else %}Se lo "
            "devolvemos por el mismo medio con que se pagó.{% endif %}",
            "No tiene que hacer nada. Si no lo ha recibido después de 21 días, llámenos.",
        ),
        (
            (
                Topic(
                    "¿Preguntas?",
                    "Con gusto le explicamos el reembolso y le enviamos una factura detallada, sin costo.",
                ),
                _CALL,
            ),
            (_LANGUAGE,),
        ),
        tells_not_due=False,
    ),
    "address-check": Words(
        Box("Confirme, por favor", "¿Es correcta?", "llame al {{ creditor.phone }}", money=False),
        (
            "Queremos estar seguros de que nuestra correspondencia le llega. Revise el nombre y la dirección de "
            "arriba. Si son correctos, avísenos. Si no, envíenos los correctos.",
            "Puede llamar al {{ creditor.phone }}, {{ creditor.phone_hours_es }}, o devolver la parte de abajo.",
            "Si esta persona no vive aquí, escriba “no vive en esta dirección” en el sobre y devuélvalo al cartero. "
            "Gracias.",
        ),
        ((_LANGUAGE,), ()),
        blocks=(Block.REPLY_SLIP,),
        accounts=False,
    ),
    "financial-assistance-summary": Words(
        Box("", "", ""),
        (
            "**Quién puede recibir ayuda.** Las personas que no pueden pagar toda su factura pueden recibir atención "
            "gratuita o a menor costo. Depende principalmente de sus ingresos y del tamaño de su familia. Pueden "
            "calificar las personas sin seguro y las que tienen seguro.",
            "**Cuánto pagaría.** Si califica, no le cobraremos por atención de emergencia u otra atención médicamente "
            "necesaria más que los montos que generalmente se cobran a quienes tienen seguro para esa atención.",
            "**Cómo solicitarla.** Pida una solicitud, llénela y envíenosla con los documentos que pide. Puede "
            "solicitarla en cualquier momento hasta por lo menos 240 días después de su primera factura. Mientras la "
            "revisamos, no le pedimos que pague.",
            "**Dónde obtener los documentos.** La política de asistencia financiera, este resumen y la solicitud son "
            "gratis. Llame al {{ creditor.phone }}, visítenos en "
            "{% for line in creditor.address_lines %}{{ line }}, "
            "{% endfor %}{{ creditor.city_line }}{% if creditor.assistance_url %}, vaya a "
            "{{ creditor.assistance_url }}{% endif %} o escriba a esa dirección y se los enviaremos por correo.",
            "**Ayuda para llenarla.** Llame al {{ creditor.phone }}, {{ creditor.phone_hours_es }}, o visítenos. La "
            "ayuda es gratis.",
            "**Otros idiomas.** La política, este resumen y la solicitud son gratis en español, en inglés y en los "
            "otros idiomas que hablan muchos de nuestros pacientes. El intérprete también es gratis.",
        ),
        ((), ()),
        accounts=False,
        addressed=False,
    ),
}
