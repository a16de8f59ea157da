package io.flotilla.transport.netty;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** In which order the addresses of a name are tried: the families in turns, IPv6 first (RFC 8305 4). */
public final class AddressOrder {

    private AddressOrder() {}

    /**
     * The sockets to try, in order.
     *
     * @param avoid goes last
     * @param from the address to dial from; addresses of another family cannot be reached from it and are left out
     */
    public static List<InetSocketAddress> of(
            List<InetAddress> addresses, int port, Optional<InetSocketAddress> avoid, Optional<InetAddress> from) {
        Deque<InetAddress> six = new ArrayDeque<>();
        Deque<InetAddress> four = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            boolean isSix = address instanceof Inet6Address;
            if (from.isEmpty() || isSix == from.get() instanceof Inet6Address) {
                (isSix ? six : four).add(address);
            }
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
}
