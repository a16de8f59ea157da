package io.flotilla.sink;

/** Hears what user code did wrong. Called on a handler's thread; what it throws is logged. */
public interface HandlerErrors {

    /** The handler threw this on this message; the message counts as handled. */
    void failed(Inbound message, Throwable thrown);

    /** A message that was taken is not handed over: the handler failed before it and its connection stops, or the fleet closes. */
    void dropped(Inbound message);
}
