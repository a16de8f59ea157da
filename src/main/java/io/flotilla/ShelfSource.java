package io.flotilla;

import io.flotilla.sink.Shelf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;

/** What waits on a shelf, as a source: taken when there is demand, and not before. Each run opens a shelf of its own. */
public final class ShelfSource<T> extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Shelf<T>> {

    private final Outlet<T> out;
    private final SourceShape<T> shape;
    private final Function<Runnable, Shelf<T>> opener;

    /** @param opener opens a shelf that calls this when there may be something to take */
    public ShelfSource(String name, Function<Runnable, Shelf<T>> opener) {
        this.out = Outlet.create(name + ".out");
        this.shape = SourceShape.of(out);
        this.opener = opener;
    }

    @Override
    public SourceShape<T> shape() {
        return shape;
    }

    @Override
    public Pair<GraphStageLogic, Shelf<T>> createLogicAndMaterializedValuePair(Attributes inherited) {
        Logic logic = new Logic();
        return Pair.create(logic, logic.shelf);
    }

    private final class Logic extends GraphStageLogic {

        /** Whether there is demand, there was nothing, and an arrival must be told. */
        private final AtomicBoolean asleep = new AtomicBoolean();

        private final AsyncCallback<Done> woken = createAsyncCallback(done -> serve());
        private final Shelf<T> shelf;

        Logic() {
            super(shape);
            shelf = opener.apply(this::wake);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    serve();
                }
            });
        }

        private void wake() {
            if (asleep.getAndSet(false)) {
                woken.invoke(Done.getInstance());
            }
        }

        private void serve() {
            if (!isAvailable(out)) {
                return;
            }
            T next = shelf.take();
            if (next == null) {
                asleep.set(true);
                next = shelf.take(); // it may have come before anybody knew that we sleep
            }
            if (next != null) {
                asleep.set(false);
                push(out, next);
            } else if (shelf.isOver()) {
                completeStage();
            }
        }

        @Override
        public void postStop() {
            shelf.close();
        }
    }
}
