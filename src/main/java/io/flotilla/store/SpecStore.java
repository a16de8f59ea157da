package io.flotilla.store;

import io.flotilla.spec.Configuration.Sourced;
import java.util.List;

/** Where the wanted specs are kept. */
public interface SpecStore {

    /** What is wanted now. */
    List<Sourced> desired();
}
