package io.flotilla.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures that the table does not know: each class is said once, with its stack, so that it gets a row and a storm stays quiet. */
public final class WithoutRow {

    private static final Logger LOG = LoggerFactory.getLogger(WithoutRow.class);
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private WithoutRow() {}

    /** Says it, unless one of its class was said before; tells whether it did. */
    public static boolean say(Throwable thrown) {
        boolean news = SAID.add(thrown.getClass().getName());
        if (news) {
            LOG.warn("A failure without a row in the table; it is taken for transient", thrown);
        }
        return news;
    }
}
