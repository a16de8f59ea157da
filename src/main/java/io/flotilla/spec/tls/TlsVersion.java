package io.flotilla.spec.tls;

import java.util.Optional;
import java.util.stream.Stream;

/** A version of TLS that may be spoken. Older ones are not: RFC 8996. */
public enum TlsVersion {
    V1_2("1.2"),
    V1_3("1.3");

    private final String number;

    TlsVersion(String number) {
        this.number = number;
    }

    /** As it is configured: {@code 1.2}. */
    public String number() {
        return number;
    }

    /** As Java calls it: {@code TLSv1.2}. */
    public String protocol() {
        return "TLSv" + number;
    }

    /** The version of this number. */
    public static Optional<TlsVersion> of(String number) {
        return Stream.of(values())
                .filter(version -> version.number.equals(number))
                .findFirst();
    }
}
