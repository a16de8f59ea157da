package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks up names without blocking: the hosts file, then the name servers; both address families. Answers are kept as long as they
 * say, five minutes at the most; failures are kept for a second, so that a fleet that lost its name server does not storm it.
 */
final class Names implements AutoCloseable {

    private static final int MOST_SECONDS = 300;
    private static final int NEGATIVE_SECONDS = 1;
    private static final Duration QUERY = Duration.ofSeconds(5);

    private final DnsNameResolver resolver;

    Names(Loops loops, FleetSettings.Network network) {
        EventLoop loop = loops.group().next();
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelType(loops.datagrams())
                .socketChannelType(loops.sockets())
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .queryTimeoutMillis(QUERY.toMillis())
                .ttl(0, MOST_SECONDS)
                .negativeTtl(NEGATIVE_SECONDS);
        if (!network.nameServers().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    network.nameServers().stream().map(Names::server).toArray(InetSocketAddress[]::new)));
        }
        resolver = builder.build();
    }

    Future<List<InetAddress>> resolve(String host) {
        return resolver.resolveAll(host);
    }

    /** The families in turns, IPv6 first (RFC 8305 4); {@code avoid} goes last. */
    static List<InetSocketAddress> inTurns(List<InetAddress> addresses, int port, Optional<InetSocketAddress> avoid) {
        Deque<InetAddress> six = new ArrayDeque<>();
        Deque<InetAddress> four = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            (address instanceof java.net.Inet6Address ? six : four).add(address);
        }
        List<InetSocketAddress> ordered = new ArrayList<>();
        while (!six.isEmpty() || !four.isEmpty()) {
            if (!six.isEmpty()) {
                ordered.add(new InetSocketAddress(six.remove(), port));
            }
            if (!four.isEmpty()) {
                ordered.add(new InetSocketAddress(four.remove(), port));
            }
        }
        avoid.filter(ordered::remove).ifPresent(ordered::add);
        return ordered;
    }

    private static InetSocketAddress server(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && text.indexOf(':') == colon || text.startsWith("[");
        String host = hasPort ? text.substring(0, colon) : text;
        int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : 53;
        return new InetSocketAddress(host.replace("[", "").replace("]", ""), port);
    }

    @Override
    public void close() {
        resolver.close();
    }
}
