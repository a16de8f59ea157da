package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Opened;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.netty.AnswerHead;
import io.flotilla.transport.netty.AnswerReader;
import io.flotilla.transport.netty.OpeningHandshake;
import io.flotilla.transport.netty.TlsContext;
import io.flotilla.transport.netty.UpgradeRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one address, until the peer has agreed to the upgrade and Pekko HTTP has asked for it. Confined to the link's event
 * loop.
 */
final class Attempt implements Stream.Handshake {

    /** Hears once how it went, unless the handshake does. */
    interface Listener {
        void unconnected(OpeningHandshake.Leg here, FailureKind kind, Throwable cause);

        /**
         * It opened.
         *
         * @param answer what Pekko HTTP is to be told
         * @param rest what came after the answer
         */
        void opened(Stream stream, ByteString answer, ByteString rest, Opened how);
    }

    private final InetSocketAddress remote;
    private final OpeningHandshake.Leg leg;
    private final OpeningHandshake handshake;
    private final Listener listener;
    private final AnswerReader reader = new AnswerReader();

    private @Nullable Stream stream;
    private @Nullable SslHandler tls;
    private boolean connected;
    private @Nullable SSLSession session;
    private boolean ended;
    private @Nullable Throwable endedBy;
    private @Nullable String layerKey;
    private @Nullable AnswerHead agreed;
    private ByteString rest = ByteString.emptyByteString();

    Attempt(InetSocketAddress remote, OpeningHandshake.Leg leg, OpeningHandshake handshake, Listener listener) {
        this.remote = remote;
        this.leg = leg;
        this.handshake = handshake;
        this.listener = listener;
    }

    void start(ActorSystem system, ReceiveMemory memory, EventLoop loop, Dial dial) {
        Optional<SSLEngine> engine = Optional.empty();
        TlsContext trust = leg.trust();
        if (trust != null) {
            try {
                tls = trust.handler(leg.target().endpoint(), UnpooledByteBufAllocator.DEFAULT);
            } catch (IllegalArgumentException unusable) {
                handshake.unusableName(unusable);
                return;
            }
            engine = Optional.of(tls.engine());
            engine.get().setUseClientMode(true);
        }
        stream = Stream.to(
                remote,
                dial.spec().localAddress().map(address -> new InetSocketAddress(address, 0)),
                engine,
                system,
                loop,
                dial.spec().receive().maxMessage(),
                memory,
                this);
    }

    /** Nothing of it is heard any more. */
    void leave() {
        if (stream != null) {
            stream.reset();
            stream = null;
        }
    }

    @Override
    public void unconnected(Throwable thrown) {
        Throwable cause = ConnectFailures.cause(thrown);
        FailureKind kind = ConnectFailures.of(cause);
        handshake.steps().unconnected(remote, kind);
        listener.unconnected(leg, kind, cause);
    }

    @Override
    public void connected() {
        if (handshake.phase() == Phase.CONNECT) { // else TLS was faster than this news
            handshake.entered(leg.trust() == null ? Phase.UPGRADE : Phase.TLS);
        }
        connected = true;
        handshake.steps().connected(remote);
        ask();
        if (ended) {
            over(endedBy);
        }
    }

    /** The request leaves as soon as there is a socket: under TLS it is what begins the handshake. */
    private void ask() {
        if (stream == null) {
            return;
        }
        stream.send(ByteString.fromString(leg.request().head(), StandardCharsets.UTF_8));
        if (leg.trust() == null) {
            handshake.steps().asked(leg.request());
        } else if (session != null) {
            tellSecured(session);
        }
    }

    @Override
    public void secured(SSLSession agreed) {
        handshake.entered(Phase.UPGRADE);
        if (session == null && connected) {
            tellSecured(agreed);
        }
        session = agreed;
        askWhetherOurs();
    }

    /** Only now is the request on its way. */
    private void tellSecured(SSLSession agreed) {
        handshake.steps().secured(agreed);
        handshake.steps().asked(leg.request());
    }

    /** It is told once, and TLS 1.3 may come here again. */
    private void askWhetherOurs() {
        TlsContext trust = leg.trust();
        if (tls != null && trust != null && trust.wasAskedForOurs(tls)) {
            handshake.askedForOurs();
        }
    }

    @Override
    public void answer(ByteString bytes) {
        handshake.entered(Phase.UPGRADE);
        ByteBuf in = Unpooled.wrappedBuffer(bytes.toArrayUnsafe());
        try {
            AnswerHead answer = reader.read(in);
            if (answer != null) {
                rest = bytes.drop(in.readerIndex());
                handshake.answered(answer);
            } else if (stream != null) {
                stream.readOn();
            }
        } catch (AnswerHead.NotHttp why) {
            handshake.notHttp(why);
        }
    }

    /** The peer agrees to the upgrade. */
    void agreed(AnswerHead answer) {
        agreed = answer;
        openIfReady();
    }

    @Override
    public void asked(String key) {
        layerKey = key;
        openIfReady();
    }

    private void openIfReady() {
        AnswerHead answer = agreed;
        Stream open = stream;
        String key = layerKey;
        if (answer == null || open == null || key == null) {
            return;
        }
        String told = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + UpgradeRequest.accept(key) + "\r\n\r\n";
        listener.opened(
                open,
                ByteString.fromString(told, StandardCharsets.US_ASCII),
                rest,
                new Opened(
                        remote,
                        answer.first("Sec-WebSocket-Protocol"),
                        Optional.empty(),
                        Optional.ofNullable(session)
                                .map(secure -> secure.getProtocol() + " " + secure.getCipherSuite()),
                        handshake.opened()));
    }

    @Override
    public void over(@Nullable Throwable thrown) {
        if (!connected) { // what ends before it is connected is told as unconnected
            ended = true;
            endedBy = thrown;
            return;
        }
        askWhetherOurs();
        if (thrown == null || ConnectFailures.isBroken(thrown)) {
            handshake.peerEnded(thrown);
        } else {
            Throwable cause = ConnectFailures.cause(thrown);
            handshake.fail(ConnectFailures.of(cause, handshake.phase()), cause);
        }
    }
}
