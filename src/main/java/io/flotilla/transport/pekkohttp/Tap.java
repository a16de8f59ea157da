package io.flotilla.transport.pekkohttp;

import io.flotilla.transport.ReceiveMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.TLSProtocol;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Sits between Pekko HTTP's frames and the socket: keeps the opening handshake of Pekko HTTP to itself, sees every byte that comes,
 * puts frames of ours between those that leave, and ends the socket in its own way. For one stream; its commands are safe from any
 * thread.
 */
final class Tap extends GraphStage<BidiShape<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound>> {

    /** Hears the stream, on its thread; must hand over and not block. */
    interface Listener extends FrameWatch.Listener {
        /** Pekko HTTP asks for an upgrade with this key. */
        void asked(String key);

        /** Bytes came before the upgrade. */
        void answer(ByteString bytes);

        /** Bytes came after it. */
        void heard(int bytes);

        /** Pekko HTTP wants to close with this code: the peer broke the protocol. */
        void leaves(int code);

        /** The socket took what was to leave: a message of ours, or something else. */
        void taken(boolean message);

        /** Nothing can leave any more. */
        void outputBroken();

        /** Nothing comes any more; without a throwable the peer has ended it. */
        void over(@Nullable Throwable thrown);
    }

    private static final String KEY = "Sec-WebSocket-Key: ";

    /** Why the socket is reset. Without a stack: it is an outcome. */
    private static final class Reset extends RuntimeException {
        private static final long serialVersionUID = 1;

        Reset() {
            super("reset", null, false, false);
        }
    }

    /** Bytes on their way out. */
    private record Leaving(ByteString bytes, boolean message) {}

    private final Inlet<SslTlsOutbound> layerOut = Inlet.create("layer.out");
    private final Outlet<SslTlsOutbound> wireOut = Outlet.create("wire.out");
    private final Inlet<SslTlsInbound> wireIn = Inlet.create("wire.in");
    private final Outlet<SslTlsInbound> layerIn = Outlet.create("layer.in");
    private final BidiShape<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound> shape =
            new BidiShape<>(layerOut, wireOut, wireIn, layerIn);

    private final Listener listener;
    private final long maxMessage;
    private final ReceiveMemory memory;
    private @Nullable Logic logic;
    private volatile long waitsSince;

    /** @param maxMessage bytes of one message */
    Tap(long maxMessage, ReceiveMemory memory, Listener listener) {
        this.memory = memory;
        this.listener = listener;
        this.maxMessage = maxMessage;
    }

    @Override
    public BidiShape<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inherited) {
        Logic made = new Logic();
        logic = made;
        return made;
    }

    private void run(Consumer<Logic> command) {
        Logic running = Objects.requireNonNull(logic, "the stream does not run yet");
        running.callback.invoke(() -> command.accept(running));
    }

    /** When what is on its way was handed to the socket, by {@link System#nanoTime}; zero when nothing is. */
    long waitsSince() {
        return waitsSince;
    }

    // Commands.

    /** Sends these bytes after those that wait. */
    void send(ByteString bytes) {
        run(logic -> logic.leave(new Leaving(bytes, false)));
    }

    /** The answer that came is not whole. */
    void readOn() {
        run(Logic::readOn);
    }

    /** The upgrade is agreed on: from here on frames go by. */
    void upgraded(ByteString answer, ByteString rest) {
        run(logic -> logic.upgrade(answer, rest));
    }

    /** What is wanted of Pekko HTTP no more goes nowhere, and what comes is thrown away. */
    void mute() {
        run(Logic::mute);
    }

    /** Ends the socket, once what waits has left. */
    void finish() {
        run(Logic::finish);
    }

    /** Ends the output only. */
    void finishOutput() {
        run(Logic::finishOutput);
    }

    /** Ends the socket at once, with a reset. */
    void reset() {
        run(logic -> logic.failStage(new Reset()));
    }

    private final class Logic extends GraphStageLogic {

        private final AsyncCallback<Runnable> callback = createAsyncCallback(Runnable::run);
        private final Deque<Leaving> leaving = new ArrayDeque<>();
        private final Deque<ByteString> coming = new ArrayDeque<>();
        private final FrameWatch watch;
        private ByteString request = ByteString.emptyByteString();
        private @Nullable Leaving onTheWay;
        private @Nullable SSLSession session;
        private boolean asked;
        private boolean upgraded;
        private boolean judging;
        private @Nullable Runnable ending;
        private boolean muted;
        private boolean finishing;
        private boolean outputOnly;

        Logic() {
            super(shape);
            watch = new FrameWatch(maxMessage, memory, listener);
            setHandler(layerOut, new FromLayer());
            setHandler(wireOut, new ToWire());
            setHandler(wireIn, new FromWire());
            setHandler(layerIn, new ToLayer());
        }

        @Override
        public void preStart() {
            pull(wireIn);
            pull(layerOut);
        }

        // Out.

        private final class FromLayer extends AbstractInHandler {
            @Override
            public void onPush() {
                SslTlsOutbound element = grab(layerOut);
                if (element instanceof TLSProtocol.SendBytes send && !muted) {
                    fromLayer(send.bytes());
                }
                pump();
            }

            @Override
            public void onUpstreamFinish() {
                // what ends the socket is said by finish and reset
            }

            @Override
            public void onUpstreamFailure(Throwable thrown) {
                // it is told by the messages' end of the layer
            }
        }

        private void fromLayer(ByteString bytes) {
            if (!asked) {
                request = request.concat(bytes);
                String head = request.decodeString(StandardCharsets.ISO_8859_1);
                if (head.endsWith("\r\n\r\n")) {
                    asked = true;
                    request = ByteString.emptyByteString();
                    int from = head.indexOf(KEY) + KEY.length();
                    listener.asked(head.substring(from, head.indexOf('\r', from)));
                }
                return;
            }
            int opcode = bytes.isEmpty() ? -1 : bytes.apply(0) & 0x0F;
            if (opcode == 8) {
                listener.leaves(code(bytes));
            } else {
                leaving.add(new Leaving(bytes, opcode == 1 || opcode == 2));
            }
        }

        /** The code of a masked close frame. */
        private static int code(ByteString frame) {
            return frame.length() < 8
                    ? -1
                    : ((frame.apply(6) ^ frame.apply(2)) & 0xFF) << 8 | (frame.apply(7) ^ frame.apply(3)) & 0xFF;
        }

        private final class ToWire extends AbstractOutHandler {
            @Override
            public void onPull() {
                Leaving left = onTheWay;
                onTheWay = null;
                waitsSince = 0;
                if (left != null) {
                    listener.taken(left.message());
                }
                pump();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                leaving.clear();
                listener.outputBroken();
            }
        }

        void leave(Leaving next) {
            leaving.add(next);
            pump();
        }

        private void pump() {
            if (isAvailable(wireOut)) {
                Leaving next = leaving.poll();
                if (next != null) {
                    onTheWay = next;
                    waitsSince = System.nanoTime();
                    push(wireOut, new TLSProtocol.SendBytes(next.bytes()));
                } else if (finishing) {
                    completeStage();
                    return;
                } else if (outputOnly) {
                    complete(wireOut);
                }
            } else if (finishing && isClosed(wireOut)) {
                completeStage();
                return;
            }
            boolean wanted = leaving.isEmpty() && (isAvailable(wireOut) || !asked || muted);
            if (wanted && !hasBeenPulled(layerOut) && !isClosed(layerOut)) {
                pull(layerOut);
            }
        }

        // In.

        private final class FromWire extends AbstractInHandler {
            @Override
            public void onPush() {
                SslTlsInbound element = grab(wireIn);
                if (element instanceof TLSProtocol.SessionBytes some) {
                    session = some.session();
                    fromWire(some.bytes());
                }
                if (upgraded) {
                    more();
                }
            }

            @Override
            public void onUpstreamFinish() {
                ends(null);
            }

            @Override
            public void onUpstreamFailure(Throwable thrown) {
                ends(thrown);
            }
        }

        /** It is told behind what came before it, also while it is not known yet what that is. */
        private void ends(@Nullable Throwable thrown) {
            if (judging) {
                ending = () -> listener.over(thrown);
            } else {
                listener.over(thrown);
            }
        }

        private void judged() {
            judging = false;
            if (ending != null) {
                ending.run();
                ending = null;
            }
        }

        private void fromWire(ByteString bytes) {
            if (!upgraded) {
                judging = true;
                listener.answer(bytes); // who hears it says how to go on
                return;
            }
            listener.heard(bytes.length());
            if (muted) {
                return;
            }
            int passing = watch.look(bytes);
            if (passing > 0) {
                coming.add(bytes.take(passing));
            }
            toLayer();
        }

        private final class ToLayer extends AbstractOutHandler {
            @Override
            public void onPull() {
                toLayer();
                more();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                // it has said why by its close frame, or the end of its messages
            }
        }

        private void toLayer() {
            ByteString next = isAvailable(layerIn) ? coming.poll() : null;
            if (next != null) {
                push(layerIn, new TLSProtocol.SessionBytes(session, next));
            }
        }

        /** Before the upgrade what is asked for is read, when nobody reads any more all; else as much as Pekko HTTP asks for. */
        void more() {
            boolean wanted = !upgraded || muted || isClosed(layerIn) || (coming.isEmpty() && isAvailable(layerIn));
            if (wanted && !hasBeenPulled(wireIn) && !isClosed(wireIn)) {
                pull(wireIn);
            }
        }

        @Override
        public void postStop() {
            watch.stop();
        }

        // Commands.

        void readOn() {
            judged();
            more();
        }

        void upgrade(ByteString answer, ByteString rest) {
            upgraded = true;
            coming.add(answer);
            if (rest.nonEmpty()) {
                fromWire(rest);
            }
            judged();
            toLayer();
            more();
            pump();
        }

        void mute() {
            muted = true;
            coming.clear();
            more();
            pump();
        }

        void finish() {
            finishing = true;
            pump();
        }

        void finishOutput() {
            outputOnly = true;
            pump();
        }
    }
}
