package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.failure.Scope;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.WebSocketUri;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The URIs of a connection that may fail over: which one is dialled next, and which are known to be hopeless. A URI that worked is
 * dialled again before any other; one that did not lets the next one try. Belongs to the actor.
 */
final class Way {

    private final List<WebSocketUri> uris;
    private final BitSet hopeless = new BitSet();
    private final BitSet tried = new BitSet();
    private int turn;
    private boolean worked;

    Way(ConnectionSpec spec) {
        uris = new ArrayList<>(spec.failOver());
        uris.add(0, spec.uri());
        tried.set(0);
    }

    /** The URI whose turn it is. */
    WebSocketUri uri() {
        return uris.get(turn);
    }

    /** Whether another one could work. */
    boolean hasAnother() {
        return uris.size() - hopeless.cardinality() > (hopeless.get(turn) ? 0 : 1);
    }

    /** Whether another one has not been tried since the last session. */
    boolean hasUntried() {
        return tried.cardinality() < uris.size();
    }

    /** The present one works. */
    void ready() {
        worked = true;
        hopeless.clear();
        tried.clear();
        tried.set(turn);
    }

    /**
     * Takes a failure of the present one.
     *
     * @param forGood whether it would fail so again
     */
    void failed(Failure failure, boolean forGood) {
        boolean stays = worked && !forGood;
        worked = false;
        if (stays || saysNothing(failure)) {
            return;
        }
        hopeless.set(turn, forGood);
        for (int step = 1; step < uris.size(); step++) {
            int next = (turn + step) % uris.size();
            if (!hopeless.get(next)) {
                turn = next;
                tried.set(next);
                return;
            }
        }
    }

    /** What lies with us, our credential or our proxy is the same wherever we dial. */
    private static boolean saysNothing(Failure failure) {
        Scope scope = failure.kind().scope();
        return scope != Scope.CONNECTION && scope != Scope.ENDPOINT;
    }
}
