package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Proxy;
import io.flotilla.transport.Dial;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets a socket that leads to an endpoint: looks names up, asks whether they may be gone to, tries the addresses, and talks to the
 * proxy where there is one.
 *
 * <pre>
 * look-up --> connect --> reached
 * (look-up where addresses matter) --> look-up of the proxy --> connect --> tunnel --> reached
 * </pre>
 *
 * Confined to the link's event loop. Knows no deadline: who started it cancels it.
 */
final class Reaching implements Connector.Outcome, Tunnelling.Listener {

    /** Hears how it goes, and once how it ended. */
    interface Outcome {
        void entered(Phase phase);

        /** The socket belongs to who hears this. */
        void reached(Channel channel);

        void unreached(FailureKind kind, String detail, @Nullable Throwable thrown);
    }

    private final Engine engine;
    private final EventLoop loop;
    private final Dial dial;
    private final Endpoint end;
    private final Steps steps;
    private final Outcome outcome;
    private final List<InetSocketAddress> tried = new ArrayList<>();

    /** What the proxy may be asked for, one after the other: the name, or the addresses that were looked at. */
    private final Deque<String> ends = new ArrayDeque<>();

    private Optional<Proxy> proxy = Optional.empty();
    private @Nullable Connector connector;
    private @Nullable Tunnelling tunnelling;
    private @Nullable Channel channel;
    private boolean over;

    Reaching(Engine engine, EventLoop loop, Dial dial, Endpoint end, Steps steps, Outcome outcome) {
        this.engine = engine;
        this.loop = loop;
        this.dial = dial;
        this.end = end;
        this.steps = steps;
        this.outcome = outcome;
    }

    void start() {
        outcome.entered(Phase.RESOLVE);
        try {
            proxy = dial.spec().proxy().map(unfilled -> unfilled.filled(dial.credential()));
        } catch (IllegalArgumentException unusable) {
            fail(FailureKind.INVALID_SPEC, "proxy cannot be told who we are: " + unusable.getMessage(), unusable);
            return;
        }
        if (isForbidden(end.host())
                || proxy.filter(via -> isForbidden(via.host())).isPresent()) {
            return;
        }
        if (proxy.isEmpty()) {
            lookUp(end.host(), addresses -> connect(end.host(), end.port(), addresses));
        } else if (engine.destinations().looksAtAddresses()) {
            lookUp(end.host(), addresses -> {
                ordered(addresses, end.port())
                        .forEach(address -> ends.add(address.getAddress().getHostAddress()));
                connect(proxy.get());
            });
        } else {
            ends.add(end.host());
            connect(proxy.get());
        }
    }

    /** Nobody waits any more; a socket that was not handed over is dropped. */
    void cancel() {
        over = true;
        if (connector != null) {
            tried.addAll(connector.tried());
            connector.cancel();
            connector = null;
        }
        if (tunnelling != null) {
            tunnelling.stop();
            tunnelling = null;
        }
        if (channel != null) {
            Sockets.drop(channel);
            channel = null;
        }
    }

    /** The addresses tried so far, in order. */
    List<InetSocketAddress> tried() {
        List<InetSocketAddress> all = new ArrayList<>(tried);
        if (connector != null) {
            all.addAll(connector.tried());
        }
        return all;
    }

    // Names.

    private boolean isForbidden(String host) {
        boolean forbidden = !engine.destinations().allowsHost(host);
        if (forbidden) {
            forbid("[" + host + "]");
        }
        return forbidden;
    }

    private void lookUp(String host, Consumer<List<InetAddress>> found) {
        engine.names().resolve(host, loop).addListener((Future<List<InetAddress>> answer) -> {
            if (over) {
                return;
            }
            if (answer.isSuccess()) {
                look(host, answer.getNow(), found);
                return;
            }
            Throwable cause = answer.cause();
            FailureKind kind = cause instanceof NameFailure failure ? failure.kind() : FailureKind.NAME_LOOKUP_FAILED;
            boolean ofProxy = tunnels() && !ends.isEmpty();
            fail(
                    ofProxy ? FailureKind.PROXY_UNREACHABLE : kind,
                    (ofProxy ? "name of the proxy [" : "name [") + host + "]: " + cause.getMessage(),
                    cause.getCause() == null ? cause : cause.getCause());
        });
    }

    /** One address that is not allowed is enough: the next dial could be given that one first. */
    private void look(String host, List<InetAddress> addresses, Consumer<List<InetAddress>> found) {
        Destinations allowed = engine.destinations();
        Optional<InetAddress> forbidden = addresses.stream()
                .filter(address -> !allowed.allowsAddress(address))
                .findFirst();
        if (forbidden.isPresent()) {
            forbid("[" + host + "] has the address [" + forbidden.get().getHostAddress() + "], which");
        } else {
            found.accept(addresses);
        }
    }

    private void forbid(String what) {
        fail(FailureKind.DESTINATION_FORBIDDEN, what + " is nowhere that security.allow-destinations lets", null);
    }

    // Addresses.

    private void connect(Proxy via) {
        outcome.entered(Phase.PROXY);
        lookUp(via.host(), addresses -> connect(via.host(), via.port(), addresses));
    }

    private List<InetSocketAddress> ordered(List<InetAddress> addresses, int port) {
        return AddressOrder.of(addresses, port, Optional.empty(), Optional.empty());
    }

    private void connect(String host, int port, List<InetAddress> addresses) {
        if (!tunnels()) {
            outcome.entered(Phase.CONNECT);
        }
        Optional<InetAddress> from = dial.spec().localAddress();
        List<InetSocketAddress> inTurn = AddressOrder.of(addresses, port, dial.avoid(), from);
        if (inTurn.isEmpty()) {
            fail(FailureKind.LOCAL_RESOURCES, "[" + host + "] has no address of the family of local-address", null);
            return;
        }
        steps.lookedUp(host, inTurn);
        connector = new Connector(loop, engine.loops().sockets(), from, inTurn, this);
        connector.start();
    }

    @Override
    public void trying(InetSocketAddress address) {
        steps.connecting(address);
    }

    @Override
    public void tried(InetSocketAddress address, @Nullable Throwable thrown) {
        if (thrown == null) {
            steps.connected(address);
        } else {
            steps.unconnected(address, NettyFailures.of(thrown, Phase.CONNECT));
        }
    }

    @Override
    public void failed(List<Throwable> reasons) {
        FailureKind kind = NettyFailures.ofAll(reasons);
        boolean ours = kind == FailureKind.LOCAL_RESOURCES;
        String where = proxy.map(Proxy::described).orElse(end.toString());
        fail(
                tunnels() && !ours ? FailureKind.PROXY_UNREACHABLE : kind,
                "no connection to [" + where + "]"
                        + (reasons.size() > 1 ? ", " + reasons.size() + " addresses tried" : "")
                        + (tunnels() ? ": " + kind : ""),
                NettyFailures.unwrapped(reasons.get(reasons.size() - 1)));
    }

    @Override
    public void connected(Channel winner) {
        if (over) {
            winner.close();
            return;
        }
        if (!tunnels()) {
            hand(winner);
            return;
        }
        channel = winner;
        Tunnelling talking = new Tunnelling(ProxyTalk.with(proxy.get(), ends.remove(), end.port()), this);
        tunnelling = talking;
        winner.pipeline().addLast(talking);
        winner.config().setAutoRead(true);
    }

    // The proxy.

    private boolean tunnels() {
        return proxy.isPresent();
    }

    @Override
    public void through(String answer) {
        proxied(answer);
        Channel tunnel = channel;
        if (tunnel != null) {
            tunnelling = null;
            hand(tunnel);
        }
    }

    @Override
    public void refused(ProxyTalk.Refused why) {
        proxied(why.answer().orElse("nothing that a proxy says"));
        if (why.kind() == FailureKind.PROXY_UNREACHABLE && !ends.isEmpty()) {
            cancel();
            over = false;
            connect(proxy.orElseThrow());
        } else {
            fail(why.kind(), proxied() + ": " + why.detail(), null);
        }
    }

    @Override
    public void broken(@Nullable Throwable thrown) {
        fail(
                FailureKind.PROXY_UNREACHABLE,
                proxied() + ": it ended the connection before its answer was whole",
                thrown);
    }

    private void proxied(String answer) {
        steps.proxied(proxied(), answer);
    }

    private String proxied() {
        return proxy.map(Proxy::described).orElse("");
    }

    // The end.

    private void hand(Channel winner) {
        over = true;
        channel = null;
        outcome.reached(winner);
    }

    private void fail(FailureKind kind, String detail, @Nullable Throwable thrown) {
        if (!over) {
            cancel();
            outcome.unreached(kind, detail, thrown);
        }
    }
}
