package io.flotilla.transport;

import io.flotilla.failure.FailureKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What a dial met on its way. Holds no secret: what may be one is masked before it gets here. */
public sealed interface DialStep {

    /** Off to this URI: that of the spec, then that of each redirect. User info and query are masked. */
    record TargetChosen(String uri) implements DialStep {}

    /** The name has these addresses, in the order in which they are tried. */
    record NameLookedUp(String host, List<InetAddress> addresses) implements DialStep {}

    /** An address is being tried. Of those that another one overtook nothing more is told. */
    record ConnectStarted(InetSocketAddress address) implements DialStep {}

    /** An address answered, or could not be reached. */
    record ConnectEnded(InetSocketAddress address, Optional<FailureKind> failure) implements DialStep {}

    /**
     * A proxy answered.
     *
     * @param proxy its kind and address, without what authenticates us
     * @param answer what it said of the destination, such as {@code HTTP 200}
     */
    record ProxyAnswered(String proxy, String answer) implements DialStep {}

    /** The peer showed these certificates, its own first; told whether or not they are trusted. */
    record CertificatesShown(List<X509Certificate> chain) implements DialStep {}

    /** The TLS handshake is done. */
    record Secured(String protocol, String cipher) implements DialStep {}

    /** The upgrade request left. */
    record RequestSent(String line, List<HeaderLine> headers) implements DialStep {}

    /** The answer to the upgrade request is there. */
    record Answered(int status, List<HeaderLine> headers) implements DialStep {}

    /** One line of a head. */
    record HeaderLine(String name, String value) {}
}
