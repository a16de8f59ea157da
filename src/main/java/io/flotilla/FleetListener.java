package io.flotilla;

import io.flotilla.sink.Inbound;
import io.flotilla.sink.MessageHandler;
import io.flotilla.supervision.FleetEvent;

/** What an embedder hears of a fleet. User code: called off the event loop, isolated, and free to block. */
public interface FleetListener extends MessageHandler {

    /** A message, in order and one at a time for each connection, from many threads for many connections. */
    @Override
    default void onMessage(Inbound message) throws Exception {}

    /** Something happened, in order; a listener that is slower than the fleet for long loses events, and they are counted. */
    default void onEvent(FleetEvent event) {}
}
