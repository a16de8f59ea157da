package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Opened;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A dial over a channel: reaches the target, secures the channel and asks for the upgrade. Confined to the link's event loop. */
final class Dialing implements LoopLink.Stage, OpeningHandshake.Way, Reaching.Outcome {

    private final Engine engine;
    private final EventLoop loop;
    private final Dial dial;
    private final LoopLink link;
    private final OpeningHandshake handshake;

    private OpeningHandshake.@Nullable Leg leg;
    private @Nullable Reaching reaching;
    private @Nullable Upgrading handler;
    private @Nullable Channel channel;

    Dialing(Engine engine, EventLoop loop, Dial dial, LoopLink link) {
        this.engine = engine;
        this.loop = loop;
        this.dial = dial;
        this.link = link;
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

    @Override
    public void go(OpeningHandshake.Leg next) {
        leg = next;
        Reaching begun = new Reaching(engine, loop, dial, next.target().endpoint(), handshake.steps(), this);
        reaching = begun;
        begun.start();
    }

    @Override
    public void entered(Phase phase) {
        handshake.entered(phase);
    }

    @Override
    public void unreached(FailureKind kind, String detail, @Nullable Throwable thrown) {
        handshake.unreached(kind, detail, thrown);
    }

    @Override
    public void reached(Channel winner) {
        OpeningHandshake.Leg here = leg;
        if (here == null) {
            winner.close();
            return;
        }
        channel = winner;
        Upgrading hearing = new Upgrading(new Hearing());
        handler = hearing;
        winner.pipeline().addLast(hearing);
        TlsContext trust = here.trust();
        if (trust == null) {
            ask(winner, here);
        } else {
            secure(winner, here, trust);
        }
        winner.config().setAutoRead(true);
    }

    private void secure(Channel winner, OpeningHandshake.Leg here, TlsContext trust) {
        handshake.entered(Phase.TLS);
        SslHandler tls;
        try {
            tls = trust.handler(here.target().endpoint(), winner.alloc());
        } catch (IllegalArgumentException unusable) {
            handshake.unusableName(unusable);
            return;
        }
        winner.pipeline().addFirst(tls);
        tls.handshakeFuture().addListener(done -> {
            boolean forOurs = trust.wasAskedForOurs(tls);
            if (!here.equals(leg)) {
                return;
            }
            if (forOurs) {
                handshake.askedForOurs();
            }
            if (done.isSuccess()) {
                handshake.steps().secured(tls.engine().getSession());
                ask(winner, here);
            } else {
                fail(done.cause());
            }
        });
    }

    private void ask(Channel winner, OpeningHandshake.Leg here) {
        handshake.entered(Phase.UPGRADE);
        winner.writeAndFlush(here.request().bytes(winner.alloc()));
        handshake.steps().asked(here.request());
    }

    /** Hears the socket that is being dialed; a redirect leaves it behind, and its handler is stopped then. */
    private final class Hearing implements Upgrading.Listener {
        @Override
        public void answered(AnswerHead answer) {
            handshake.answered(answer);
        }

        @Override
        public void notHttp(AnswerHead.NotHttp why) {
            handshake.notHttp(why);
        }

        @Override
        public void broken(@Nullable Throwable thrown) {
            if (thrown == null) {
                handshake.peerEnded(null);
            } else {
                fail(thrown);
            }
        }
    }

    private void fail(Throwable thrown) {
        handshake.fail(NettyFailures.of(thrown, handshake.phase()), NettyFailures.unwrapped(thrown));
    }

    @Override
    public void agreed(AnswerHead answer) {
        Channel open = channel;
        Upgrading hearing = handler;
        if (open == null || hearing == null) {
            return;
        }
        Opened opened = new Opened(
                (InetSocketAddress) open.remoteAddress(),
                answer.first("Sec-WebSocket-Protocol"),
                answer.first("Sec-WebSocket-Extensions"),
                cipher(open),
                handshake.opened());
        DeflateOffer.Agreed deflate = UpgradeAnswer.deflate(answer, dial.spec()).orElse(DeflateOffer.Agreed.NOTHING);
        OpenSocket socket = new OpenSocket(open, dial, deflate, engine.memory(), opened.remote(), link::ended);
        link.enter(socket);
        open.pipeline().replace(hearing, null, socket);
        socket.start(opened);
    }

    private static Optional<String> cipher(Channel channel) {
        return Optional.ofNullable(channel.pipeline().get(SslHandler.class)).map(tls -> {
            SSLSession session = tls.engine().getSession();
            return session.getProtocol() + " " + session.getCipherSuite();
        });
    }

    @Override
    public List<InetSocketAddress> leave() {
        if (handler != null) {
            handler.stop();
            handler = null;
        }
        if (channel != null) {
            Sockets.drop(channel);
            channel = null;
        }
        leg = null;
        Reaching left = reaching;
        reaching = null;
        if (left == null) {
            return List.of();
        }
        left.cancel();
        return left.tried();
    }
}
