package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.FailureKind;
import io.flotilla.transport.Frame;
import io.flotilla.transport.ReceiveMemory;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.event.NoLogging$;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.model.ws.WebSocketRequest;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.Duration;

/**
 * One socket as a running stream: {@code conversation <-> Pekko HTTP's frames <-> tap <-> TLS <-> TCP}. What it hears goes to the link's
 * event loop; what is asked of it may be asked from there.
 */
final class Stream implements Tap.Listener, Conversation.Listener {

    private static final String NOWHERE = "ws://handshake.invalid/";

    /** Longer than any message takes; silence is somebody else's business. */
    private static final long PATIENCE_MILLIS = 24L * 3600 * 1000;

    /** Hears the stream until frames go by, on the event loop. */
    interface Handshake {
        void connected();

        /** The socket could not be had. */
        void unconnected(Throwable thrown);

        void secured(SSLSession session);

        /** Pekko HTTP is ready for an answer to this key. */
        void asked(String key);

        void answer(ByteString bytes);

        /** The same as {@link Tap.Listener#over}. */
        void over(@Nullable Throwable thrown);
    }

    /** Hears the stream from the upgrade on, on the event loop; the same as {@link Tap.Listener}, and the messages of Pekko HTTP. */
    interface Frames extends FrameWatch.Listener {
        void heard(int bytes);

        void message(boolean isText, byte[] payload);

        void leaves(int code);

        void taken(boolean message);

        void outputBroken();

        void over(@Nullable Throwable thrown);
    }

    private final ActorSystem system;
    private final EventLoop loop;
    private final Tap tap;
    private final Conversation conversation = new Conversation(this);
    private final Handshake handshake;
    private @Nullable Frames frames;
    private boolean deaf;

    private Stream(ActorSystem system, EventLoop loop, long maxMessage, ReceiveMemory memory, Handshake handshake) {
        this.system = system;
        this.loop = loop;
        this.handshake = handshake;
        this.tap = new Tap(maxMessage, memory, this);
    }

    /** @param engine for TLS */
    static Stream to(
            InetSocketAddress remote,
            Optional<InetSocketAddress> local,
            Optional<SSLEngine> engine,
            ActorSystem system,
            EventLoop loop,
            long maxMessage,
            ReceiveMemory memory,
            Handshake handshake) {
        Stream stream = new Stream(system, loop, maxMessage, memory, handshake);
        stream.run(remote, local, engine);
        return stream;
    }

    private void run(InetSocketAddress remote, Optional<InetSocketAddress> local, Optional<SSLEngine> engine) {
        ClientConnectionSettings settings =
                ClientConnectionSettings.create(system).withIdleTimeout(Duration.Inf());
        BidiFlow<Message, SslTlsOutbound, SslTlsInbound, Message, ?> layer =
                Http.get(system).webSocketClientLayer(WebSocketRequest.create(NOWHERE), settings, NoLogging$.MODULE$);
        BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, ?> tls = engine.map(ready ->
                        TLS.create(() -> ready, session -> onDial(to -> to.secured(session)), TLSClosing.ignoreBoth()))
                .orElseGet(Stream::plain);
        Flow<ByteString, ByteString, CompletionStage<Tcp.OutgoingConnection>> tcp =
                Tcp.get(system).outgoingConnection(remote, local, List.of(), true, Optional.empty(), Optional.empty());
        layer.atop(BidiFlow.fromGraph(tap))
                .atop(tls.withAttributes(Attributes.inputBuffer(1, 1))) // what waits there counts as sent
                .join(tcp, Keep.right())
                .joinMat(conversation, Keep.left())
                .run(system)
                .whenComplete((socket, thrown) -> onDial(to -> {
                    if (thrown == null) {
                        to.connected();
                    } else {
                        to.unconnected(thrown);
                    }
                }));
    }

    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
        return BidiFlow.fromFlows(
                        Flow.of(SslTlsOutbound.class),
                        Flow.of(SessionBytes.class).map(bytes -> (SslTlsInbound) bytes))
                .atop(TLSPlacebo.getInstance());
    }

    // What is asked of it.

    /** The same as {@link Tap#waitsSince}. */
    long waitsSince() {
        return tap.waitsSince();
    }

    void send(ByteString bytes) {
        tap.send(bytes);
    }

    void readOn() {
        tap.readOn();
    }

    /**
     * From here on frames go by.
     *
     * @param answer what Pekko HTTP is told
     */
    void upgraded(ByteString answer, ByteString rest, Frames heardBy) {
        frames = heardBy;
        tap.upgraded(answer, rest);
    }

    void say(Frame frame) {
        conversation.say(
                frame.isText()
                        ? TextMessage.create(new String(frame.payload(), StandardCharsets.UTF_8))
                        : BinaryMessage.create(ByteString.fromArray(frame.payload())));
    }

    /** One message more may come. */
    void more() {
        conversation.more();
    }

    void mute() {
        tap.mute();
    }

    void finish() {
        tap.finish();
    }

    /** Nothing of it is heard any more. */
    void hush() {
        deaf = true;
    }

    void finishOutput() {
        tap.finishOutput();
    }

    /** Ends it at once; nothing of it is heard any more. */
    void reset() {
        deaf = true;
        tap.reset();
    }

    // What it hears.

    private void onDial(Consumer<Handshake> told) {
        onLoop(() -> {
            if (frames == null) {
                told.accept(handshake);
            }
        });
    }

    private void onFrames(Consumer<Frames> told) {
        onLoop(() -> {
            if (frames != null) {
                told.accept(frames);
            }
        });
    }

    private void onLoop(Runnable told) {
        try {
            loop.execute(() -> {
                if (!deaf) {
                    told.run();
                }
            });
        } catch (RejectedExecutionException closed) {
            tap.reset(); // the transport is closed, and nobody waits for it
        }
    }

    @Override
    public void came(Message message) {
        long most = PATIENCE_MILLIS;
        if (message.isText()) {
            TextMessage text = message.asTextMessage();
            if (text.isStrict()) {
                onFrames(to -> to.message(true, text.getStrictText().getBytes(StandardCharsets.UTF_8)));
            } else {
                text.toStrict(most, SystemMaterializer.get(system).materializer())
                        .whenComplete((whole, thrown) -> {
                            if (thrown == null) {
                                onFrames(to -> to.message(true, whole.text().getBytes(StandardCharsets.UTF_8)));
                            }
                        });
            }
            return;
        }
        BinaryMessage binary = message.asBinaryMessage();
        if (binary.isStrict()) {
            onFrames(to -> to.message(false, binary.getStrictData().toArrayUnsafe()));
        } else {
            binary.toStrict(most, SystemMaterializer.get(system).materializer()).whenComplete((whole, thrown) -> {
                if (thrown == null) {
                    onFrames(to -> to.message(false, whole.data().toArrayUnsafe()));
                }
            });
        }
    }

    @Override
    public void fellSilent(@Nullable Throwable thrown) {
        // the tap has seen what came, and what Pekko HTTP answered to it
    }

    @Override
    public void asked(String key) {
        onDial(to -> to.asked(key));
    }

    @Override
    public void answer(ByteString bytes) {
        onDial(to -> to.answer(bytes));
    }

    @Override
    public void heard(int bytes) {
        onFrames(to -> to.heard(bytes));
    }

    @Override
    public void pong(byte[] payload) {
        onFrames(to -> to.pong(payload));
    }

    @Override
    public void messageEnded() {
        onFrames(Frames::messageEnded);
    }

    @Override
    public void closed(byte[] payload) {
        onFrames(to -> to.closed(payload));
    }

    @Override
    public void broken(FailureKind kind, int code, String detail) {
        onFrames(to -> to.broken(kind, code, detail));
    }

    @Override
    public void leaves(int code) {
        onFrames(to -> to.leaves(code));
    }

    @Override
    public void taken(boolean message) {
        onFrames(to -> to.taken(message));
    }

    @Override
    public void outputBroken() {
        onFrames(Frames::outputBroken);
    }

    @Override
    public void over(@Nullable Throwable thrown) {
        onLoop(() -> {
            if (frames == null) {
                handshake.over(thrown);
            } else {
                frames.over(thrown);
            }
        });
    }
}
