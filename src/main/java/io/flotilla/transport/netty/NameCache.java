package io.flotilla.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of names, for as long as the name server says and five minutes at the most; at most 10,000 names, the one that was
 * not asked for longest makes room. Keeps no failures. Safe from any thread.
 */
final class NameCache implements DnsCache {

    private static final int MOST_NAMES = 10_000;
    private static final long MOST_SECONDS = 300;

    private final LongSupplier nanoTime;
    private final Map<String, Line> names = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Line> eldest) {
            return size() > MOST_NAMES;
        }
    };

    private record Known(InetAddress address) implements DnsCacheEntry {
        @Override
        public @Nullable Throwable cause() {
            return null;
        }
    }

    /** All addresses of a name are kept as long as the one that is kept shortest. */
    private record Line(List<Known> addresses, long until) {}

    NameCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized List<? extends DnsCacheEntry> get(String host, DnsRecord @Nullable [] additionals) {
        Line line = names.get(key(host));
        if (line == null || isOver(line)) {
            names.remove(key(host));
            return List.of();
        }
        return line.addresses();
    }

    @Override
    public synchronized DnsCacheEntry cache(
            String host, DnsRecord @Nullable [] additionals, InetAddress address, long ttlSeconds, EventLoop loop) {
        Known known = new Known(address);
        long until = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(Math.max(0, Math.min(ttlSeconds, MOST_SECONDS)));
        Line before = names.get(key(host));
        List<Known> addresses = new ArrayList<>();
        if (before != null && !isOver(before)) {
            addresses.addAll(before.addresses());
            until = before.until() - until < 0 ? before.until() : until;
        }
        if (!addresses.contains(known)) {
            addresses.add(known);
        }
        names.put(key(host), new Line(List.copyOf(addresses), until));
        return known;
    }

    @Override
    public @Nullable DnsCacheEntry cache(
            String host, DnsRecord @Nullable [] additionals, Throwable cause, EventLoop loop) {
        return null;
    }

    @Override
    public synchronized void clear() {
        names.clear();
    }

    @Override
    public synchronized boolean clear(String host) {
        return names.remove(key(host)) != null;
    }

    synchronized int size() {
        return names.size();
    }

    private boolean isOver(Line line) {
        return nanoTime.getAsLong() - line.until() >= 0;
    }

    private static String key(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
