package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.FleetSettings;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up names without blocking: the hosts file, then the name servers, both address families. What does not exist is believed
 * for some seconds, so that a fleet whose name is gone does not storm its name server; a query that got no answer is sent again.
 */
public final class Names implements AutoCloseable {

    private static final Duration QUERY = Duration.ofSeconds(2);
    private static final int MOST_TRIES = 3;
    private static final long BELIEVE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MOST_BELIEVED = 10_000;
    private static final int MOST_SHARED = 1024;
    private static final int DEEP = 16;

    private final DnsNameResolver resolver;
    private final NameTroubles troubles = new NameTroubles();

    /** Names that do not exist, with the time until which that is believed. Guarded by itself. */
    private final Map<String, Long> missing = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_BELIEVED;
        }
    };

    public Names(Loops loops, FleetSettings.Network network) {
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(
                        loops.group().next())
                .datagramChannelType(loops.datagrams())
                .socketChannelType(loops.sockets())
                .resolvedAddressTypes(ResolvedAddressTypes.IPV6_PREFERRED)
                .queryTimeoutMillis(QUERY.toMillis())
                .resolveCache(new NameCache(System::nanoTime))
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .consolidateCacheSize(MOST_SHARED)
                .dnsQueryLifecycleObserverFactory(troubles);
        if (!network.nameServers().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                    network.nameServers().stream().map(Names::server).toArray(InetSocketAddress[]::new)));
        }
        resolver = builder.build();
    }

    /** All addresses of a host, in no particular order; fails with a {@link NameFailure}. Completes on {@code loop}. */
    public Future<List<InetAddress>> resolve(String host, EventLoop loop) {
        Promise<List<InetAddress>> answer = loop.newPromise();
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            answer.setSuccess(List.of(address(host, literal)));
        } else if (isLocalhost(host)) {
            answer.setSuccess(List.of(NetUtil.LOCALHOST6, NetUtil.LOCALHOST4));
        } else if (isMissing(host)) {
            answer.setFailure(new NameFailure(
                    FailureKind.NAME_NOT_FOUND, "the name server said a moment ago that there is no such name", null));
        } else {
            ask(host, loop, answer, MOST_TRIES);
        }
        return answer;
    }

    private void ask(String host, EventLoop loop, Promise<List<InetAddress>> answer, int tries) {
        Promise<List<InetAddress>> asked = loop.newPromise();
        asked.addListener((Future<List<InetAddress>> done) -> {
            if (done.isSuccess()) {
                answer.trySuccess(done.getNow());
            } else if (tries > 1 && hasTimedOut(done.cause())) {
                ask(host, loop, answer, tries - 1);
            } else {
                answer.tryFailure(failure(host, done.cause()));
            }
        });
        resolver.resolveAll(host, asked);
    }

    private NameFailure failure(String host, Throwable cause) {
        DnsResponseCode trouble = troubles.of(host).orElse(null);
        if (trouble != null) {
            return new NameFailure(FailureKind.NAME_LOOKUP_FAILED, "the name server said " + trouble, cause);
        }
        if (hasTimedOut(cause)) {
            return new NameFailure(FailureKind.NAME_LOOKUP_FAILED, "no name server answered in time", cause);
        }
        DnsResponseCode code = code(cause);
        boolean none = code == null ? cause instanceof UnknownHostException : code.equals(DnsResponseCode.NXDOMAIN);
        if (!none) {
            return new NameFailure(FailureKind.NAME_LOOKUP_FAILED, "no name server could be asked", cause);
        }
        synchronized (missing) {
            missing.put(host, System.nanoTime() + BELIEVE_NANOS);
        }
        return new NameFailure(
                FailureKind.NAME_NOT_FOUND,
                code == null ? "the name has no address" : "there is no such name (NXDOMAIN)",
                cause);
    }

    private boolean isMissing(String host) {
        synchronized (missing) {
            Long until = missing.get(host);
            if (until != null && System.nanoTime() - until >= 0) {
                missing.remove(host);
                until = null;
            }
            return until != null;
        }
    }

    private static boolean hasTimedOut(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof DnsNameResolverTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable DnsResponseCode code(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof DnsErrorCauseException error) {
                return error.getCode();
            }
        }
        return null;
    }

    /** RFC 6761 6.3: a name that needs no name server. */
    private static boolean isLocalhost(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return bare.equals("localhost") || bare.endsWith(".localhost");
    }

    private static InetAddress address(String host, byte[] octets) {
        try {
            return InetAddress.getByAddress(host, octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 octets are an address", impossible);
        }
    }

    /** {@code address}, {@code address:port} or {@code [address]:port}. */
    private static InetSocketAddress server(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = (hasPort ? text.substring(0, colon) : text).replaceAll("[\\[\\]]", "");
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
        if (octets == null) {
            throw new IllegalArgumentException("Name server [" + text + "] must be an address, such as 192.0.2.1:53");
        }
        return new InetSocketAddress(address(host, octets), hasPort ? Integer.parseInt(text.substring(colon + 1)) : 53);
    }

    @Override
    public void close() {
        resolver.close();
    }
}
