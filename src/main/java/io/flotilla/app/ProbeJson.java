package io.flotilla.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.DialStep.HeaderLine;
import io.flotilla.transport.Opened;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A probe as one JSON object. Its names are public: times are RFC 3339, durations ISO-8601, what there is not is null. */
final class ProbeJson {

    /** Says nothing while it goes on. */
    static final Probing.Watcher SILENT = new Silent();

    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private ProbeJson() {}

    static String of(ProbeReport report) {
        return tree(report).toPrettyString();
    }

    private static ObjectNode tree(ProbeReport report) {
        ObjectNode tree = MAPPER.createObjectNode();
        tree.put("uri", report.spec().uri().toString());
        tree.put("at", time(report.at()));
        tree.put("transport", report.transport());
        ArrayNode steps = tree.putArray("steps");
        report.steps().forEach(step -> steps.add(step(step, report.at())));
        tree.set(
                "opened",
                report.opened()
                        .<com.fasterxml.jackson.databind.JsonNode>map(ProbeJson::opened)
                        .orElse(MAKE.nullNode()));
        tree.put("ready", shown(report.ready()));
        tree.put("lasted", shown(report.lasted()));
        ObjectNode messages = tree.putObject("messages");
        messages.put("count", report.messagesIn());
        ArrayNode first = messages.putArray("first");
        report.messages()
                .forEach(message -> first.addObject()
                        .put("after", message.after().toString())
                        .put("type", message.isText() ? "text" : "binary")
                        .put("size", message.size())
                        .put("beginning", message.isText() ? message.beginning() : null));
        close(report, tree);
        report.failure()
                .ifPresentOrElse(failure -> tree.set("failure", failure(failure)), () -> tree.putNull("failure"));
        tree.putObject("next")
                .put("action", report.action().name())
                .put("because", report.because())
                .put("delay", shown(report.delay()));
        tree.put("exitCode", report.action().exitCode());
        return tree;
    }

    private static ObjectNode step(ProbeReport.Step met, Instant at) {
        ObjectNode tree = MAKE.objectNode();
        tree.put("after", met.after().toString());
        DialStep step = met.step();
        tree.put("step", word(step));
        if (step instanceof DialStep.TargetChosen target) {
            tree.put("uri", target.uri());
        } else if (step instanceof DialStep.NameLookedUp names) {
            tree.put("host", names.host());
            ArrayNode addresses = tree.putArray("addresses");
            names.addresses().forEach(address -> addresses.add(NetUtil.toAddressString(address)));
        } else if (step instanceof DialStep.ConnectStarted start) {
            tree.put("address", shown(start.address()));
        } else if (step instanceof DialStep.ConnectEnded end) {
            tree.put("address", shown(end.address()));
            tree.put("failure", end.failure().map(Enum::name).orElse(null));
        } else if (step instanceof DialStep.ProxyAnswered proxy) {
            tree.put("proxy", proxy.proxy()).put("answer", proxy.answer());
        } else if (step instanceof DialStep.CertificatesShown shown) {
            ArrayNode chain = tree.putArray("chain");
            shown.chain().forEach(one -> chain.add(certificate(ShownCertificate.of(one, at))));
        } else if (step instanceof DialStep.Secured secured) {
            tree.put("protocol", secured.protocol()).put("cipher", secured.cipher());
        } else if (step instanceof DialStep.RequestSent request) {
            tree.put("line", request.line());
            headers(request.headers(), tree);
        } else if (step instanceof DialStep.Answered answer) {
            tree.put("status", answer.status());
            headers(answer.headers(), tree);
        }
        return tree;
    }

    /** {@code NameLookedUp} is {@code NAME_LOOKED_UP}. */
    private static String word(DialStep step) {
        return step.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toUpperCase(Locale.ROOT);
    }

    private static void headers(List<HeaderLine> lines, ObjectNode tree) {
        ArrayNode headers = tree.putArray("headers");
        lines.forEach(line -> headers.addObject().put("name", line.name()).put("value", line.value()));
    }

    private static ObjectNode certificate(ShownCertificate shown) {
        ObjectNode tree = MAKE.objectNode().put("subject", shown.subject()).put("issuer", shown.issuer());
        ArrayNode names = tree.putArray("names");
        shown.names().forEach(names::add);
        return tree.put("from", time(shown.from()))
                .put("until", time(shown.until()))
                .put("daysLeft", shown.daysLeft())
                .put("pin", shown.pin());
    }

    private static ObjectNode opened(Opened opened) {
        return MAKE.objectNode()
                .put("remote", shown(opened.remote()))
                .put("subprotocol", opened.subprotocol().orElse(null))
                .put("tls", opened.tls().orElse(null))
                .put("took", opened.took().toString());
    }

    private static void close(ProbeReport report, ObjectNode tree) {
        if (report.end().isEmpty() || report.opened().isEmpty()) {
            tree.putNull("close");
            return;
        }
        var seen = report.end().get().evidence();
        tree.putObject("close")
                .put("kind", report.end().get().kind().name())
                .put("sent", seen.closeCodeSent())
                .put("received", seen.closeCodeReceived())
                .put("reason", seen.closeReason())
                .put("took", shown(report.closing()));
    }

    private static ObjectNode failure(Failure failure) {
        return MAKE.objectNode()
                .put("kind", failure.kind().name())
                .put("verdict", failure.verdict().name())
                .put("treatment", failure.treatment().toString())
                .put("rule", failure.rule())
                .put("phase", failure.phase().name())
                .put("origin", failure.origin().name())
                .put("scope", failure.scope().name())
                .put("detail", failure.detail())
                .put("httpStatus", failure.evidence().httpStatus())
                .put("closeCode", failure.evidence().closeCodeReceived())
                .put("retryAfter", shown(failure.hint()))
                .put("exception", failure.evidence().exception());
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }

    private static @org.jspecify.annotations.Nullable String shown(Optional<Duration> duration) {
        return duration.map(Duration::toString).orElse(null);
    }

    private static String shown(InetSocketAddress address) {
        return ProbeText.shown(address);
    }

    private static final class Silent implements Probing.Watcher {
        @Override
        public void begins(ConnectionSpec spec, String transport, Instant at) {}

        @Override
        public void met(ProbeReport.Step step) {}

        @Override
        public void opened(Opened opened) {}

        @Override
        public void ready(Duration after) {}

        @Override
        public void message(ProbeReport.Message message) {}
    }
}
