package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Header;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.transport.Dial;
import io.flotilla.transport.DialObserver;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.DialStep.HeaderLine;
import io.flotilla.transport.KnownSecrets;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Tells the steps of one dial to who observes it, with secrets masked. Where nobody does, nothing is made. */
public final class Steps {

    private static final int SHOWN = 500;

    /** Headers of an answer that may give us a secret. */
    private static final Set<String> GIVING =
            Set.of("set-cookie", "set-cookie2", "authorization", "authentication-info");

    private final @Nullable DialObserver observer;
    private final Dial dial;
    private final long startedAt;

    /** Of the present target, masked. */
    private @Nullable String path;

    private Steps(@Nullable DialObserver observer, Dial dial, long startedAt) {
        this.observer = observer;
        this.dial = dial;
        this.startedAt = startedAt;
    }

    /**
     * The steps of a dial.
     *
     * @param startedAt of {@link System#nanoTime}
     */
    public static Steps of(Dial dial, long startedAt) {
        return new Steps(dial.listener().observer().orElse(null), dial, startedAt);
    }

    /** Of the spec's own target the place of the credential is shown, and not what stands there. */
    public void chose(Target target, boolean own) {
        tell(() -> {
            path = WebSocketUri.mask(own ? ownPath() : shown(target.path()));
            return new DialStep.TargetChosen(
                    (target.endpoint().secure() ? "wss://" : "ws://") + target.endpoint() + path);
        });
    }

    /** A provider may have put the credential itself there. */
    private String ownPath() {
        return KnownSecrets.of(dial.credential()).mask(dial.spec().uri().target(Optional.empty()));
    }

    public void lookedUp(String host, List<InetSocketAddress> ordered) {
        tell(() -> new DialStep.NameLookedUp(
                host, ordered.stream().map(InetSocketAddress::getAddress).toList()));
    }

    public void connecting(InetSocketAddress address) {
        tell(() -> new DialStep.ConnectStarted(address));
    }

    public void connected(InetSocketAddress address) {
        tell(() -> new DialStep.ConnectEnded(address, Optional.empty()));
    }

    public void unconnected(InetSocketAddress address, FailureKind why) {
        tell(() -> new DialStep.ConnectEnded(address, Optional.of(why)));
    }

    /** @param proxy its kind and address */
    void proxied(String proxy, String answer) {
        tell(() -> new DialStep.ProxyAnswered(proxy, shown(answer)));
    }

    public void showed(List<X509Certificate> chain) {
        tell(() -> new DialStep.CertificatesShown(chain));
    }

    public void secured(SSLSession session) {
        if (observer != null) {
            showed(chain(session));
            tell(() -> new DialStep.Secured(session.getProtocol(), session.getCipherSuite()));
        }
    }

    public void asked(UpgradeRequest request) {
        tell(() -> {
            List<String> lines =
                    request.head().lines().filter(line -> !line.isEmpty()).toList();
            List<String> first = List.of(lines.get(0).split(" "));
            return new DialStep.RequestSent(
                    first.get(0) + " " + path + " " + first.get(2),
                    lines.stream().skip(1).map(this::sent).toList());
        });
    }

    public void answered(AnswerHead answer) {
        tell(() -> new DialStep.Answered(
                answer.status(), answer.fields().stream().map(this::received).toList()));
    }

    private void tell(Supplier<DialStep> step) {
        if (observer != null) {
            observer.met(Duration.ofNanos(System.nanoTime() - startedAt), step.get());
        }
    }

    /** The values of the spec are secrets, and so is what its user info makes. */
    private HeaderLine sent(String line) {
        int colon = line.indexOf(':');
        String name = line.substring(0, colon);
        boolean secret = name.equalsIgnoreCase("Authorization")
                || dial.spec().headers().stream().map(Header::name).anyMatch(name::equalsIgnoreCase);
        return new HeaderLine(
                name, secret ? Secret.MASK : shown(line.substring(colon + 1).strip()));
    }

    private HeaderLine received(AnswerHead.Field field) {
        String name = field.name().toLowerCase(Locale.ROOT);
        String value = secrets().mask(field.value());
        if (GIVING.contains(name)) {
            value = Secret.MASK;
        } else if (name.equals("location")) {
            value = WebSocketUri.mask(value);
        } else if (name.endsWith("-authenticate")) {
            value = value.split("[ ,]", 2)[0];
        }
        return new HeaderLine(field.name(), shown(value));
    }

    private String shown(String value) {
        String masked = secrets().mask(value);
        return masked.length() <= SHOWN ? masked : masked.substring(0, SHOWN) + "…";
    }

    private KnownSecrets secrets() {
        return KnownSecrets.of(dial);
    }

    private static List<X509Certificate> chain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            Stream.of(session.getPeerCertificates()).forEach(certificate -> add(certificate, chain));
        } catch (SSLPeerUnverifiedException none) {
            return List.of(); // a cipher without certificates
        }
        return chain;
    }

    private static void add(Certificate certificate, List<X509Certificate> chain) {
        if (certificate instanceof X509Certificate x509) {
            chain.add(x509);
        }
    }
}
