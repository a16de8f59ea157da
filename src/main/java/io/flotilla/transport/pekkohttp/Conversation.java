package io.flotilla.transport.pekkohttp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/** The messages of one stream: those that come, one for each time that one is asked for, and those that leave. For one stream; its commands are safe from any thread. */
final class Conversation extends GraphStage<FlowShape<Message, Message>> {

    /** Hears the stream, on its thread; must hand over and not block. */
    interface Listener {
        void came(Message message);

        /** No message will come: the peer's bytes were no messages where something is thrown. */
        void fellSilent(@Nullable Throwable thrown);
    }

    private final Inlet<Message> in = Inlet.create("conversation.in");
    private final Outlet<Message> out = Outlet.create("conversation.out");
    private final FlowShape<Message, Message> shape = FlowShape.of(in, out);
    private final Listener listener;
    private @Nullable Logic logic;

    Conversation(Listener listener) {
        this.listener = listener;
    }

    @Override
    public FlowShape<Message, Message> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inherited) {
        Logic made = new Logic();
        logic = made;
        return made;
    }

    private Logic logic() {
        return Objects.requireNonNull(logic, "the stream does not run yet");
    }

    /** One message more may come. */
    void more() {
        logic().callback.invoke(logic()::more);
    }

    void say(Message message) {
        logic().callback.invoke(() -> logic().say(message));
    }

    private final class Logic extends GraphStageLogic {

        private final AsyncCallback<Runnable> callback = createAsyncCallback(Runnable::run);
        private final Deque<Message> leaving = new ArrayDeque<>();

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    listener.came(grab(in));
                }

                @Override
                public void onUpstreamFinish() {
                    listener.fellSilent(null);
                }

                @Override
                public void onUpstreamFailure(Throwable thrown) {
                    listener.fellSilent(thrown);
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    next();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    leaving.clear(); // what is not said is answered when the link ends
                }
            });
        }

        private void more() {
            if (!hasBeenPulled(in) && !isClosed(in)) {
                pull(in);
            }
        }

        private void say(Message message) {
            leaving.add(message);
            next();
        }

        private void next() {
            if (isAvailable(out) && !leaving.isEmpty()) {
                push(out, leaving.remove());
            }
        }
    }
}
