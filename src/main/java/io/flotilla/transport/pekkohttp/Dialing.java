package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Opened;
import io.flotilla.transport.netty.AddressOrder;
import io.flotilla.transport.netty.AnswerHead;
import io.flotilla.transport.netty.Engine;
import io.flotilla.transport.netty.LoopLink;
import io.flotilla.transport.netty.NameFailure;
import io.flotilla.transport.netty.OneTimer;
import io.flotilla.transport.netty.OpeningHandshake;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** A dial over streams: looks the name up, and attempts its addresses one after the other. Confined to the link's event loop. */
final class Dialing implements LoopLink.Stage, OpeningHandshake.Way, Attempt.Listener {

    /** What an address may take of the deadline before the next one is tried, if there is one. */
    private static final int SHARES = 3;

    private final Engine engine;
    private final ActorSystem system;
    private final EventLoop loop;
    private final Dial dial;
    private final LoopLink link;
    private final OpeningHandshake handshake;
    private final OneTimer patience;
    private final Deque<InetSocketAddress> untried = new ArrayDeque<>();
    private final List<InetSocketAddress> tried = new ArrayList<>();

    private OpeningHandshake.@Nullable Leg leg;
    private @Nullable Attempt attempt;

    Dialing(Engine engine, ActorSystem system, EventLoop loop, Dial dial, LoopLink link) {
        this.engine = engine;
        this.system = system;
        this.loop = loop;
        this.dial = dial;
        this.link = link;
        this.patience = new OneTimer(loop);
        this.handshake = new OpeningHandshake(loop, dial, engine.tls(), this, link::ended);
    }

    void start() {
        link.enter(this);
        handshake.start();
    }

    @Override
    public void abort(FailureKind why) {
        handshake.abandon(why);
    }

    // Names.

    @Override
    public void go(OpeningHandshake.Leg next) {
        leg = next;
        String host = next.target().endpoint().host();
        if (dial.spec().proxy().isPresent() || dial.spec().compression() != Settings.Compression.OFF) {
            fail(FailureKind.INVALID_SPEC, "the transport pekko-http knows neither proxy nor compression");
        } else if (!engine.destinations().allowsHost(host)) {
            forbid("[" + host + "]");
        } else {
            engine.names().resolve(host, loop).addListener((Future<List<InetAddress>> answer) -> {
                if (next.equals(leg)) {
                    lookedUp(next, host, answer);
                }
            });
        }
    }

    private void lookedUp(OpeningHandshake.Leg here, String host, Future<List<InetAddress>> answer) {
        if (answer.isSuccess()) {
            found(here, host, answer.getNow());
            return;
        }
        Throwable cause = answer.cause();
        handshake.fail(
                cause instanceof NameFailure named ? named.kind() : FailureKind.NAME_LOOKUP_FAILED,
                "name [" + host + "]: " + cause.getMessage(),
                cause.getCause() == null ? cause : cause.getCause());
    }

    private void found(OpeningHandshake.Leg here, String host, List<InetAddress> found) {
        Optional<InetAddress> forbidden = found.stream()
                .filter(address -> !engine.destinations().allowsAddress(address))
                .findFirst();
        if (forbidden.isPresent()) {
            forbid("[" + host + "] has the address [" + forbidden.get().getHostAddress() + "], which");
            return;
        }
        handshake.entered(Phase.CONNECT);
        Optional<InetAddress> from = dial.spec().localAddress();
        if (from.filter(address -> !isOurs(address)).isPresent()) { // Pekko would say nothing
            fail(FailureKind.LOCAL_RESOURCES, "local-address [" + from.get().getHostAddress() + "] is not ours");
            return;
        }
        untried.addAll(AddressOrder.of(found, here.target().endpoint().port(), dial.avoid(), from));
        if (untried.isEmpty()) {
            fail(FailureKind.LOCAL_RESOURCES, "[" + host + "] has no address of the family of local-address");
            return;
        }
        handshake.steps().lookedUp(host, List.copyOf(untried));
        connect(here);
    }

    private static boolean isOurs(InetAddress address) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void forbid(String what) {
        fail(FailureKind.DESTINATION_FORBIDDEN, what + " is nowhere that security.allow-destinations lets");
    }

    private void fail(FailureKind kind, String detail) {
        handshake.fail(kind, detail, null);
    }

    // Addresses.

    private void connect(OpeningHandshake.Leg here) {
        InetSocketAddress next = untried.remove();
        tried.add(next);
        handshake.steps().connecting(next);
        Attempt begun = new Attempt(next, here, handshake, this);
        attempt = begun;
        begun.start(system, engine.memory(), loop, dial);
        if (attempt == begun && !untried.isEmpty()) {
            Duration share = dial.spec().timeouts().dial().dividedBy(SHARES);
            patience.set(share, () -> {
                if (attempt == begun && handshake.phase() == Phase.CONNECT) {
                    tryNext(here);
                }
            });
        }
    }

    private void tryNext(OpeningHandshake.Leg here) {
        leaveSocket();
        connect(here);
    }

    @Override
    public void unconnected(OpeningHandshake.Leg here, FailureKind kind, Throwable cause) {
        if (untried.isEmpty()) {
            handshake.unreached(
                    kind,
                    "no connection to [" + here.target().endpoint() + "]"
                            + (tried.size() > 1 ? ", " + tried.size() + " addresses tried" : ""),
                    cause);
        } else {
            tryNext(here);
        }
    }

    @Override
    public void agreed(AnswerHead answer) {
        if (attempt != null) {
            attempt.agreed(answer);
        }
    }

    @Override
    public void opened(Stream stream, ByteString answer, ByteString rest, Opened how) {
        patience.stop();
        OpenSocket socket = new OpenSocket(stream, loop, dial, engine.memory(), how.remote(), link::ended);
        link.enter(socket);
        socket.start(how, answer, rest);
    }

    @Override
    public List<InetSocketAddress> leave() {
        leg = null;
        leaveSocket();
        untried.clear();
        List<InetSocketAddress> left = List.copyOf(tried);
        tried.clear();
        return left;
    }

    private void leaveSocket() {
        patience.stop();
        if (attempt != null) {
            attempt.leave();
            attempt = null;
        }
    }
}
