package io.flotilla.sink;

/** How a sink says how it is doing. Safe from any thread; saying the same twice changes nothing. */
public interface SinkContext {

    /** What the configuration calls the sink. */
    String name();

    /** The sink cannot take messages for now (disk full, target down); it holds what it has and keeps trying. */
    void degraded(String reason);

    /** It can again. */
    void healed();
}
