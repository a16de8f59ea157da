package io.flotilla.transport.netty;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsQueryLifecycleObserver;
import io.netty.resolver.dns.DnsQueryLifecycleObserverFactory;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which answers other than "here it is" and "there is no such name" a name server gave last: Netty's exception tells of
 * SERVFAIL, and is silent about REFUSED and the rest. Safe from any thread.
 */
final class NameTroubles implements DnsQueryLifecycleObserverFactory {

    private static final int MOST_NAMES = 1000;

    private final Map<String, DnsResponseCode> troubles = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DnsResponseCode> eldest) {
            return size() > MOST_NAMES;
        }
    };

    @Override
    public DnsQueryLifecycleObserver newDnsQueryLifecycleObserver(DnsQuestion question) {
        return new Observer(key(question.name()));
    }

    /** The code that stood in the way of this name, with or without a search domain; asked once, then forgotten. */
    synchronized Optional<DnsResponseCode> of(String host) {
        String name = key(host);
        Optional<String> met = troubles.keySet().stream()
                .filter(key -> key.equals(name) || key.startsWith(name + "."))
                .findFirst();
        return met.map(troubles::remove);
    }

    private synchronized void met(String name, DnsResponseCode code) {
        troubles.put(name, code);
    }

    private static String key(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private final class Observer implements DnsQueryLifecycleObserver {
        private final String name;

        Observer(String name) {
            this.name = name;
        }

        @Override
        public DnsQueryLifecycleObserver queryNoAnswer(DnsResponseCode code) {
            if (!code.equals(DnsResponseCode.NOERROR) && !code.equals(DnsResponseCode.NXDOMAIN)) {
                met(name, code);
            }
            return this;
        }

        @Override
        public void queryWritten(InetSocketAddress server, ChannelFuture future) {}

        @Override
        public void queryCancelled(int queriesRemaining) {}

        @Override
        public DnsQueryLifecycleObserver queryRedirected(List<InetSocketAddress> nameServers) {
            return this;
        }

        @Override
        public DnsQueryLifecycleObserver queryCNAMEd(DnsQuestion question) {
            return this;
        }

        @Override
        public void queryFailed(Throwable cause) {}

        @Override
        public void querySucceed() {}
    }
}
