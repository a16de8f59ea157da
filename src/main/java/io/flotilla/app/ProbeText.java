package io.flotilla.app;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.DialStep.HeaderLine;
import io.flotilla.transport.Opened;
import io.netty.util.NetUtil;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A probe as people read it: a line for each step when it is met, with the time since the start; then the verdict. */
final class ProbeText implements Probing.Watcher {

    private static final String INDENT = " ".repeat(23);

    private final PrintWriter out;
    private final Map<InetSocketAddress, Duration> trying = new LinkedHashMap<>();

    /** When the phase began that is not over. */
    private Duration begun = Duration.ZERO;

    private Duration openAfter = Duration.ZERO;
    private Instant at = Instant.EPOCH;
    private String extensions = "no extension";

    ProbeText(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begins(ConnectionSpec spec, String transport, Instant now) {
        at = now;
        out.println("probe of " + spec.uri());
        out.println("at " + now.truncatedTo(ChronoUnit.MILLIS) + ", by " + transport + ", to open within "
                + Durations.shown(spec.timeouts().dial()));
        out.println();
        out.flush();
    }

    @Override
    public void met(ProbeReport.Step met) {
        Duration after = met.after();
        DialStep step = met.step();
        if (step instanceof DialStep.TargetChosen target) {
            say(after, "dial", target.uri());
            begun = after;
        } else if (step instanceof DialStep.NameLookedUp names) {
            lookedUp(after, names);
        } else if (step instanceof DialStep.ConnectStarted start) {
            trying.put(start.address(), after);
        } else if (step instanceof DialStep.ConnectEnded end) {
            connected(after, end);
        } else if (step instanceof DialStep.ProxyAnswered proxy) {
            say(after, "proxy", proxy.proxy() + " said " + Printable.line(proxy.answer()) + took(after));
            begun = after;
        } else if (step instanceof DialStep.CertificatesShown shown) {
            certificates(after, shown.chain());
        } else if (step instanceof DialStep.Secured secured) {
            say(after, "TLS", secured.protocol() + " with " + secured.cipher() + took(after));
            begun = after;
        } else if (step instanceof DialStep.RequestSent request) {
            overtaken(after);
            say(after, "request", Printable.line(request.line()));
            request.headers().forEach(this::detail);
            begun = after;
        } else if (step instanceof DialStep.Answered answer) {
            say(after, "answer", "HTTP " + answer.status() + took(after));
            answer.headers().forEach(this::detail);
            extensions = answer.headers().stream()
                    .filter(line -> line.name().equalsIgnoreCase("Sec-WebSocket-Extensions"))
                    .map(line -> "extension " + Printable.line(line.value()))
                    .reduce((one, other) -> one + ", " + other)
                    .orElse("no extension");
        }
        out.flush();
    }

    private void lookedUp(Duration after, DialStep.NameLookedUp names) {
        List<String> addresses =
                names.addresses().stream().map(NetUtil::toAddressString).toList();
        say(
                after,
                "look-up",
                addresses.equals(List.of(names.host()))
                        ? names.host() + " is an address"
                        : names.host() + " is " + String.join(", ", addresses) + took(after));
        begun = after;
    }

    private void connected(Duration after, DialStep.ConnectEnded end) {
        Duration started = trying.remove(end.address());
        String took = started == null ? "" : " (" + Durations.shown(after.minus(started)) + ")";
        say(
                after,
                "connect",
                shown(end.address()) + " " + end.failure().map(ProbeText::word).orElse("connected") + took);
        begun = after;
    }

    /** Of those that were still tried when another one answered, or when time was up, nothing more is heard. */
    private void overtaken(Duration after) {
        trying.forEach((address, started) ->
                say(after, "connect", shown(address) + " no answer within " + Durations.shown(after.minus(started))));
        trying.clear();
    }

    private void certificates(Duration after, List<X509Certificate> chain) {
        overtaken(after);
        int number = 0;
        for (X509Certificate certificate : chain) {
            ShownCertificate shown = ShownCertificate.of(certificate, at);
            say(after, "cert " + ++number, shown.subject());
            detail(shown.isSelfSigned() ? "signed by itself" : "issued by " + shown.issuer());
            if (!shown.names().isEmpty()) {
                detail("for " + String.join(", ", shown.names()));
            }
            detail("valid " + day(shown.from()) + " to " + day(shown.until()) + left(shown));
            detail("pin " + shown.pin());
        }
    }

    private String left(ShownCertificate shown) {
        if (shown.isInTime(at)) {
            return ", " + shown.daysLeft() + (shown.daysLeft() == 1 ? " day left" : " days left");
        }
        return at.isBefore(shown.from()) ? ": NOT YET VALID" : ": EXPIRED";
    }

    @Override
    public void opened(Opened opened) {
        openAfter = opened.took();
        say(
                opened.took(),
                "open",
                opened.subprotocol()
                                .map(name -> "subprotocol " + Printable.line(name))
                                .orElse("no subprotocol") + ", " + extensions + ", to " + shown(opened.remote()));
        out.flush();
    }

    @Override
    public void ready(Duration after) {
        say(openAfter.plus(after), "ready", "ready-when was met (" + Durations.shown(after) + ")");
        out.flush();
    }

    @Override
    public void message(ProbeReport.Message message) {
        String size = message.size() + (message.size() == 1 ? " byte" : " bytes");
        say(message.after(), "message", message.isText() ? message.beginning() + " (" + size + ")" : "binary, " + size);
        out.flush();
    }

    /** The end, the verdict and what would come next. */
    void conclude(ProbeReport report) {
        Duration lasted = report.lasted().orElse(Duration.ZERO);
        overtaken(lasted);
        if (report.steps().isEmpty() && report.end().isPresent()) {
            detail("transport [" + report.spec().transport() + "] does not tell its steps");
        }
        if (report.messagesIn() > report.messages().size()) {
            detail("… and " + (report.messagesIn() - report.messages().size()) + " messages more");
        }
        if (report.failure().isEmpty()) {
            report.end().ifPresent(end -> closed(report, end));
        }
        report.failure().ifPresent(failure -> say(lasted, "failed", failure.kind() + " in phase " + failure.phase()));
        out.println();
        report.failure().ifPresentOrElse(failure -> verdict(report, failure), () -> opened(report));
        out.flush();
    }

    private void opened(ProbeReport report) {
        out.println("OPENED"
                + report.opened()
                        .map(opened -> " in " + Durations.shown(opened.took()))
                        .orElse("") + ", and closed when asked to: "
                + report.action().meaning() + ".");
    }

    private void closed(ProbeReport report, Failure end) {
        Evidence seen = end.evidence();
        String took =
                report.closing().map(time -> " (" + Durations.shown(time) + ")").orElse("");
        String answer = seen.closeCodeReceived() == null
                ? "the peer did not answer" + took
                : "the peer answered " + seen.closeCodeReceived() + took;
        say(report.lasted().orElse(Duration.ZERO), "close", "sent " + seen.closeCodeSent() + ", " + answer);
    }

    private void verdict(ProbeReport report, Failure failure) {
        out.println(failure.kind() + ": " + Printable.line(failure.detail()));
        out.println();
        fact("means", failure.kind().meaning());
        fact("phase", failure.phase() + word(failure));
        Evidence seen = failure.evidence();
        if (seen.closeCodeReceived() != null) {
            String reason = seen.closeReason() == null || seen.closeReason().isEmpty()
                    ? ""
                    : " \"" + Printable.line(seen.closeReason()) + "\"";
            fact("closed", "with " + seen.closeCodeReceived() + reason);
        }
        if (seen.exception() != null) {
            fact("thrown", seen.exception());
        }
        if (seen.ownCertificate() != null) {
            fact("our key", "a certificate of ours could be shown, SHA-256 " + seen.ownCertificate());
        }
        fact(
                "verdict",
                failure.treatment() + " (" + (failure.ruledByTable() ? "by the table" : "by " + failure.rule()) + ")");
        failure.hint().ifPresent(hint -> fact("hint", "the peer asks for a pause of " + Durations.shown(hint)));
        fact("next", next(report));
        fact("why", report.because());
    }

    private static String next(ProbeReport report) {
        return report.action().meaning()
                + report.delay()
                        .map(delay -> "; first in " + Durations.shown(delay) + " (drawn at random)")
                        .orElse("");
    }

    private static String word(Failure failure) {
        return "; comes from: " + failure.origin().name().toLowerCase(Locale.ROOT) + "; concerns: "
                + failure.scope().name().toLowerCase(Locale.ROOT);
    }

    private void fact(String name, String text) {
        out.printf("  %-8s %s%n", name, text);
    }

    private void say(Duration after, String phase, String text) {
        out.printf("%11s  %-8s  %s%n", Durations.shown(after), phase, text);
    }

    private void detail(HeaderLine line) {
        detail(line.name() + ": " + Printable.line(line.value()));
    }

    private void detail(String text) {
        out.println(INDENT + text);
    }

    /** How long the phase took that is over now. */
    private String took(Duration after) {
        return " (" + Durations.shown(after.minus(begun)) + ")";
    }

    private static String word(FailureKind kind) {
        return switch (kind) {
            case CONNECTION_REFUSED -> "refused";
            case UNREACHABLE -> "is unreachable";
            case CONNECT_TIMEOUT -> "did not answer";
            default -> kind.name();
        };
    }

    private static String day(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    }

    static String shown(InetSocketAddress address) {
        String host =
                address.getAddress() == null ? address.getHostString() : NetUtil.toAddressString(address.getAddress());
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
