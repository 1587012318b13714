"""What each letter says in Spanish, as it is spoken in the United States. Somebody of the practice reads it over."""

from letters.wording.words import Block, Box, Frame, Topic, Words

FRAME = Frame(
    salutation="Estimado/a {{ guarantor.name }}:",
    date="Fecha ",
    letter="Carta ",
    heads=(
        "Cuenta y paciente",
        "Servicio, 1.ª\u00a0factura",
        "Esto es",
        "Cargos",
        "Pagó el seguro",
        "Ajustes",
        "Usted pagó, el\u00a0último",
        "Saldo",
    ),
    total="Total de esta carta",
    paid_in_full="Pagada",
    not_due="no se cobra ahora",
    since="desde ",
    days='{{ a.service_on|date("es-short") }} (primera factura {{ a.first_statement_on|date("es-short") }})',
    how_it_came=(
        "Cargos {{ a.charges_cents|money }}, pagó el seguro {{ a.insurance_cents|money }}, ajustes "
        "{{ a.adjustments_cents|money }}, usted pagó {{ a.paid_cents|money }}{% if a.last_payment_on %}, el último "
        'pago el {{ a.last_payment_on|date("es") }}{% endif %}'
    ),
    large_heads=("Cuenta", "Esto es", "Saldo"),
    cut="✂  Separe esta parte y envíela con su pago",
    payable_to="Haga el cheque a nombre de y envíelo a",
    sender="De ",
    amount_due="Monto a pagar",
    pay_by="Fecha límite",
    on_receipt="al recibirla",
    enclosed="Monto incluido",
    ledger_heads=("Cuenta", "Fecha", "Concepto", "Monto", "Saldo"),
    plan_heads=("Pagos", "Cada mes", "Último pago", "Primer pago el"),
    instalment_heads=("", "Fecha", "Monto"),
    disclosures=(
        "Información de la ley federal de Veracidad en los Préstamos",
        "Monto financiado (lo que se paga después de cualquier pago inicial)",
        "Cargo financiero (lo que el plan le cuesta)",
        "Tasa porcentual anual (ese costo como tasa por año)",
        "Total de los pagos",
        "{{ arrangement.instalments|length }} pagos, en las fechas y por los montos de arriba. No hay garantía, ni "
        "cargo por atraso, ni nada que pagar por pagar antes.",
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
        "✂  Separe esta parte y devuélvala",
        "¿Siguen siendo estos su nombre y su dirección?",
        "☐  Sí, todo está bien.",
        "☐  No. Mi dirección ahora es:",
    ),
    agency=("Agencia", "Dirección", "Teléfono", 'Monto al {{ agency.placed_on|date("es") }}'),
)

_PAY = Topic(
    "Cómo pagar.",
    "Envíe un cheque con el cupón de abajo{% if creditor.pay_online %}, pague en "
    "{{ creditor.pay_online }}{% endif %} o llame al {{ creditor.phone }} para pagar con tarjeta o desde su cuenta "
    "bancaria.",
)
_PLAN = Topic(
    "¿Necesita más tiempo?",
    "No tiene que pagar todo de una vez. Llámenos y acordaremos pagos mensuales que usted pueda hacer.",
)
_DISPUTE = Topic(
    "¿Algo no está bien?",
    "Puede pedir una factura detallada, sin costo, y reclamar cualquier parte de este saldo por teléfono o por "
    "escrito a la dirección de arriba. Lo revisaremos y le responderemos.",
)
_INSURANCE = Topic(
    "¿Un seguro que no conocemos?",
    "Si tenía cobertura en la fecha del servicio, incluso Medicare o Medicaid, llámenos para cobrarle al seguro.",
)
_ASSISTANCE = Topic(
    "Ayuda para pagar.",
    "Es posible que haya ayuda financiera para usted. Llámenos y le diremos cómo solicitarla, sin costo.",
    "Nuestra política de ayuda financiera ofrece atención gratuita o a menor costo a quienes califican, sobre todo "
    "según sus ingresos. Puede solicitarla hasta por lo menos 240 días después de su primera factura. Llame o "
    "visítenos para obtener copias gratuitas de la política, su resumen y la solicitud, o ayuda para "
    "llenarla{% if creditor.assistance_url %}; también están en {{ creditor.assistance_url }}{% endif %}.",
)
_CALL = Topic("Hable con nosotros.", "{{ creditor.phone }}, {{ creditor.phone_hours_es }}.")
_LANGUAGE = Topic(
    "Ayuda con el idioma, sin costo.",
    "Llame al {{ creditor.phone }} para un intérprete, letra grande u otra ayuda. For English, see the copy enclosed.",
)
_HELP = ((_PAY, _PLAN, _DISPUTE, _CALL), (_ASSISTANCE, _INSURANCE, _LANGUAGE))
_QUIET_HELP = ((_DISPUTE, _CALL), (_ASSISTANCE, _LANGUAGE))

_ASKS = Box("Monto a pagar", "{{ asked_cents|money }}", "pague a más tardar el ", when="letter.pay_by")

WORDS: dict[str, Words] = {
    "statement": Words(
        _ASKS,
        (
            "Este es su estado de cuenta por la atención que se indica abajo. Ya cobramos a su seguro, si sabemos de "
            "alguno; el monto que ve es lo que le queda a usted.",
            "Puede pagar con el cupón de abajo o llamarnos. Con gusto le explicamos cada línea.",
        ),
        _HELP,
    ),
    "reminder-1": Words(
        _ASKS,
        (
            "Este es un recordatorio amable: hay un saldo abierto por la atención que se indica abajo. Si ya envió "
            "su pago, muchas gracias; no haga caso de esta carta.",
            "Si no, puede pagar con el cupón de abajo o llamarnos. Con gusto respondemos sus preguntas y buscamos "
            "una forma de pago que le convenga.",
        ),
        _HELP,
    ),
    "reminder-2": Words(
        _ASKS,
        (
            "Le escribimos antes sobre el saldo de abajo y aún no hemos recibido el pago completo. Si ya está en "
            "camino, muchas gracias.",
            "Si le es difícil pagar, díganoslo. Casi siempre hay una solución: pagos mensuales más pequeños, ayuda "
            "financiera o un seguro al que no se cobró. Basta una llamada para empezar.",
        ),
        _HELP,
    ),
    "reminder-3": Words(
        _ASKS,
        (
            "El saldo de abajo sigue abierto después de nuestras cartas anteriores. Queremos ayudarle a resolverlo.",
            "Por favor pague, o llámenos a más tardar en la fecha de arriba para elegir pagos mensuales, solicitar "
            "ayuda financiera o decirnos qué está mal en la factura. Le escucharemos.",
        ),
        _HELP,
    ),
    "final-notice": Words(
        _ASKS,
        (
            "Le hemos escrito sobre el saldo de abajo y sigue abierto. Todavía hay tiempo de resolverlo con "
            "nosotros, y preferimos que sea así.",
        ),
        _HELP,
        final=(
            'Este es el último aviso para: LISTING. Si a más tardar el {{ letter.pay_by|date("es") }}, por lo menos '
            "30 días después de la fecha de esta carta, usted no ha pagado, acordado pagos mensuales, solicitado "
            "ayuda financiera o reclamado el saldo, podríamos dar la cuenta a una agencia de cobros. Hasta entonces "
            "nada cambia. Hay ayuda financiera y puede solicitarla ahora.",
        ),
        final_charity=("Con esta carta va un resumen, en lenguaje sencillo, de nuestra política de ayuda financiera.",),
    ),
    "paid-in-full": Words(
        Box("Saldo", "{{ total_cents|money }}", 'pagado por completo al {{ letter.date|date("es") }}'),
        (
            'Gracias por su pago. Al {{ letter.date|date("es") }}, las cuentas marcadas “Pagada” abajo tienen saldo '
            "cero y usted no debe nada más por esa atención.",
            "Guarde esta carta con sus papeles. No tiene que hacer nada más.",
        ),
        (
            (
                Topic(
                    "¿Algo no está bien?",
                    "Puede pedir una factura detallada, sin costo. Si cree que pagó de más, o un seguro paga "
                    "después, llámenos: lo revisaremos y le devolveremos lo que es suyo.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Atención futura.",
                    "Si alguna vez le es difícil pagar, pregúntenos primero. Es posible que haya ayuda financiera "
                    "para usted.",
                    "Si alguna vez le es difícil pagar, pregúntenos primero. Nuestra política de ayuda financiera "
                    "ofrece atención gratuita o a menor costo a quienes califican; las copias y solicitudes son "
                    "gratuitas.",
                ),
                _LANGUAGE,
            ),
        ),
    ),
    "itemised-statement": Words(
        _ASKS,
        (
            "Este es el estado de cuenta detallado: cada cargo, cada pago y cada ajuste que tenemos registrado, con "
            "el saldo después de cada uno.",
            "Si una línea no está clara o cree que está mal, llámenos. La revisaremos con usted.",
        ),
        _HELP,
        blocks=(Block.LEDGER,),
    ),
    "arrangement-offer": Words(
        Box("Saldo", "{{ arrangement.total_cents|money }}", "en pagos mensuales, si usted quiere"),
        (
            "No tiene que pagar su saldo de una sola vez. Puede elegir uno de estos planes. Ninguno tiene intereses, "
            "cuotas adicionales ni otros cargos.",
        ),
        _QUIET_HELP,
        blocks=(Block.PLAN_OPTIONS,),
        closing=(
            "Para elegir un plan, llame al {{ creditor.phone }}, {{ creditor.phone_hours_es }}. Si ninguno le "
            "conviene, díganos cuál le serviría: muchas veces hay otra forma. Elegir un plan no le quita el derecho "
            "de reclamar el saldo ni de solicitar ayuda financiera.",
        ),
        tells_not_due=False,
    ),
    "arrangement-confirmation": Words(
        Box(
            "Su plan",
            "{{ arrangement.total_cents|money }}",
            "{% if arrangement.instalments %}primer pago el "
            '{{ arrangement.instalments[0].due_on|date("es") }}{% endif %}',
        ),
        (
            "Gracias. Este es su plan de pagos{% if arrangement.number %} {{ arrangement.number }}{% endif %} para "
            "las cuentas de abajo: {{ arrangement.total_cents|money }} en {{ arrangement.instalments|length }} "
            "pagos{% if arrangement.down_payment_cents %}, después de {{ arrangement.down_payment_cents|money }} "
            "pagados al inicio{% endif %}. No hay intereses, cuotas adicionales ni otros cargos.",
        ),
        _QUIET_HELP,
        blocks=(Block.INSTALMENTS, Block.DISCLOSURES),
        closing=(
            "Cómo hacer cada pago: envíe un cheque a {{ creditor.remit_lines|join(', ') }}, con el número "
            "{{ letter.number }} escrito en él{% if creditor.pay_online %}, pague en "
            "{{ creditor.pay_online }}{% endif %} o llame al {{ creditor.phone }} para pagar con tarjeta o desde su "
            "cuenta bancaria.",
            "Si una fecha o un monto ya no le conviene, llámenos antes del vencimiento y buscaremos otro. Si falta "
            "un pago, primero le escribimos y tiene tiempo de ponerse al día; nada más se exige por sí solo. Si "
            "sigue faltando, el plan podría terminar. Puede pagar más, o antes, cuando quiera. Si nos autorizó a "
            "debitar su cuenta, puede pedir una copia, o terminarla, con una llamada.",
        ),
        tells_not_due=False,
    ),
    "arrangement-broken": Words(
        _ASKS,
        (
            "No hemos recibido un pago de su plan{% if arrangement.number %} {{ arrangement.number }}{% endif %}: "
            "{{ arrangement.missed_cents|money }}{% if arrangement.missed_on %}, del "
            '{{ arrangement.missed_on|date("es") }}{% endif %}. Si ya está en camino, muchas gracias.',
            "Su plan continúa si el pago llega{% if arrangement.cure_by %} a más tardar el "
            '{{ arrangement.cure_by|date("es") }}{% endif %}. Si el plan ya no le conviene, llámenos: con gusto '
            "haremos otro.",
        ),
        _HELP,
    ),
    "promise-broken": Words(
        _ASKS,
        (
            "Cuando hablamos, nos dijo que {{ promise.amount_cents|money }} llegarían a más tardar el "
            '{{ promise.due_on|date("es") }}. {% if promise.paid_cents %}Recibimos {{ promise.paid_cents|money }}; '
            "gracias. {% else %}Aún no los hemos recibido. {% endif %}Si el resto está en camino, no haga caso de "
            "esta carta.",
            "Las cosas cambian, y está bien. Llámenos para encontrar una fecha o un monto que funcione.",
        ),
        _HELP,
    ),
    "returned-check": Words(
        _ASKS,
        (
            '{% if returned_payment.count == 1 %}El banco devolvió el {{ returned_payment.returned_on|date("es") }} su '
            'pago de {{ returned_payment.amount_cents|money }} del {{ returned_payment.paid_on|date("es") }}'
            "{% else %}El banco devolvió {{ returned_payment.count }} pagos suyos, de "
            "{{ returned_payment.amount_cents|money }} en total, hasta el "
            '{{ returned_payment.returned_on|date("es") }}{% endif %}, así que el saldo de abajo está abierto otra '
            "vez. No le cobramos nada por esto.",
            "A cualquiera le puede pasar. Envíe otro pago, o llámenos para pagar de otra forma.",
        ),
        _HELP,
    ),
    "dispute-received": Words(
        Box(
            "Nada que pagar ahora",
            "Lo estamos revisando",
            'respuesta a más tardar el {{ dispute.answer_by|date("es") }}',
            money=False,
        ),
        (
            'Recibimos su reclamo el {{ dispute.received_on|date("es") }}, sobre las cuentas de abajo. Gracias por '
            "avisarnos.",
            "Compararemos lo que nos dijo con nuestros registros y le responderemos a más tardar el "
            '{{ dispute.answer_by|date("es") }}, con copias de lo que encontremos. Hasta entonces no le enviamos '
            "recordatorios sobre estas cuentas, y no tiene que pagar lo que reclama.",
            "Si tiene papeles que nos ayuden, como una carta de su seguro o un recibo, envíe copias a la dirección "
            "de arriba con el número de la carta.",
        ),
        ((_INSURANCE, _CALL), (_ASSISTANCE, _LANGUAGE)),
        tells_not_due=False,
    ),
    "placement-notice": Words(
        Box("Su cuenta está ahora con", "{{ agency.name }}", "{{ agency.phone }}", money=False),
        (
            'El {{ agency.placed_on|date("es") }} dimos las cuentas de abajo a la agencia que se indica aquí. Desde '
            "ahora, envíe sus pagos a la agencia, no a nosotros, y hable con ella sobre estas cuentas. La agencia "
            "debe enviarle su propio aviso de sus derechos.",
        ),
        (
            (
                Topic(
                    "¿Ya pagó, o algo no está bien?",
                    "Dígaselo a la agencia o a nosotros, por teléfono o por escrito. Puede reclamar el saldo y pedir "
                    "una factura detallada, sin costo; se lo avisamos a la agencia el mismo día.",
                ),
                _CALL,
            ),
            (
                Topic(
                    "Ayuda para pagar.",
                    "Todavía puede pedirnos ayuda financiera. Llámenos y le diremos cómo solicitarla, sin costo.",
                    "Todavía puede solicitar ayuda financiera hasta por lo menos 240 días después de su primera "
                    "factura. Mientras vemos su solicitud, el cobro se detiene. Las copias y la ayuda son "
                    "gratuitas{% if creditor.assistance_url %}: {{ creditor.assistance_url }}{% endif %}.",
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
            "Se pagó en su cuenta más de lo que se debía, así que le devolvemos {{ refund.amount_cents|money }}. "
            "{% if refund.by_check %}Un cheque llegará por correo a la dirección de arriba.{% else %}Se devuelve de "
            "la misma forma en que se pagó.{% endif %}",
            "No tiene que hacer nada. Si no le ha llegado después de 21 días, llámenos.",
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
        Box("Confirme, por favor", "¿Es correcto?", "llame al {{ creditor.phone }}", money=False),
        (
            "Queremos estar seguros de que lo que le enviamos le llega. Mire el nombre y la dirección de arriba. Si "
            "son correctos, avísenos; si no, díganos los correctos.",
            "Puede llamar al {{ creditor.phone }}, {{ creditor.phone_hours_es }}, o devolver la parte de abajo.",
            "Si esta persona no vive aquí, escriba “no vive en esta dirección” en el sobre y devuélvalo al correo. "
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
            "gratuita o a menor costo. Depende sobre todo de sus ingresos y del número de personas en su familia. "
            "Pueden calificar las personas sin seguro y las que tienen seguro.",
            "**Cuánto pagaría.** A quien califica para la ayuda no se le cobra, por atención de emergencia u otra "
            "atención médicamente necesaria, más que los montos que generalmente se cobran a quienes tienen seguro "
            "para esa atención.",
            "**Cómo solicitarla.** Pida una solicitud, llénela y envíenosla con los papeles que pide. Puede "
            "solicitarla en cualquier momento hasta por lo menos 240 días después de su primera factura. Mientras la "
            "vemos, no le pedimos que pague.",
            "**Dónde obtener los papeles.** La política de ayuda financiera, este resumen y la solicitud son "
            "gratuitos. Llame al {{ creditor.phone }}, visítenos en "
            "{% for line in creditor.address_lines %}{{ line }}, "
            "{% endfor %}{{ creditor.city_line }}{% if creditor.assistance_url %}, vaya a "
            "{{ creditor.assistance_url }}{% endif %} o escriba a esa dirección y se los enviaremos por correo.",
            "**Ayuda para llenarla.** Llame al {{ creditor.phone }}, {{ creditor.phone_hours_es }}, o visítenos. La "
            "ayuda es gratuita.",
            "**Otros idiomas.** La política, este resumen y la solicitud se dan gratis en español, en inglés y en "
            "los otros idiomas que hablan muchos de nuestros pacientes. Un intérprete también es gratuito.",
        ),
        ((), ()),
        accounts=False,
        addressed=False,
    ),
}
