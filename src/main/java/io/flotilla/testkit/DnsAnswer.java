package io.flotilla.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link ScriptedDns} says when it is asked for a name. Immutable.
 *
 * @param code the response code; {@link #SILENT} for no answer at all
 * @param addresses IPv4 ones answer A, IPv6 ones answer AAAA; with none of the type that is asked the answer is empty (NODATA)
 * @param ttl how long the client may keep it
 * @param delay how long it takes to answer
 * @param truncated whether the answer over UDP is empty and sends the client to TCP
 */
public record DnsAnswer(int code, List<InetAddress> addresses, Duration ttl, Duration delay, boolean truncated) {

    static final int SILENT = -1;

    static final int NO_ERROR = 0;
    private static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    private static final int REFUSED = 5;

    /** Addresses as literals, IPv4 and IPv6; their time to live is zero, so that every dial asks again. */
    public static DnsAnswer addresses(String... literals) {
        return new DnsAnswer(
                NO_ERROR,
                Arrays.stream(literals).map(DnsAnswer::literal).toList(),
                Duration.ZERO,
                Duration.ZERO,
                false);
    }

    /** The name exists and has no addresses. */
    public static DnsAnswer noData() {
        return of(NO_ERROR);
    }

    /** The name does not exist. */
    public static DnsAnswer nxdomain() {
        return of(NXDOMAIN);
    }

    public static DnsAnswer servfail() {
        return of(SERVFAIL);
    }

    public static DnsAnswer refused() {
        return of(REFUSED);
    }

    /** No answer at all. */
    public static DnsAnswer silent() {
        return of(SILENT);
    }

    /** Any response code, 0 to 15. */
    public static DnsAnswer of(int code) {
        return new DnsAnswer(code, List.of(), Duration.ZERO, Duration.ZERO, false);
    }

    /** The same, kept by the client for this long; in whole seconds. */
    public DnsAnswer ttl(Duration length) {
        return new DnsAnswer(code, addresses, length, delay, truncated);
    }

    /** The same, said this much later. */
    public DnsAnswer after(Duration length) {
        return new DnsAnswer(code, addresses, ttl, length, truncated);
    }

    /** The same over TCP; over UDP empty and marked as truncated. */
    public DnsAnswer overTcp() {
        return new DnsAnswer(code, addresses, ttl, delay, true);
    }

    private static InetAddress literal(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("Address [" + text + "] must be an IP address, not a name");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Address [" + text + "] must be an IP address", e);
        }
    }
}
