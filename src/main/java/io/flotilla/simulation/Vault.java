package io.flotilla.simulation;

import io.flotilla.connection.Surroundings;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Failure;
import io.flotilla.failure.Repair;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.transport.Dial;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The credentials of the scripted world: which one each host accepts, and which one our provider gives. None is a secret: each is the
 * number of its issue.
 */
public final class Vault implements Surroundings.Preparation, Surroundings.Repairs {

    /** How long a provider takes to answer. */
    private static final Duration ASKING = Duration.ofMillis(200);

    private final VirtualTime time;
    private final Consumer<String> changed;
    private final Map<String, Integer> accepted = new HashMap<>();
    private final Map<String, Integer> given = new HashMap<>();
    private long asked;

    /** @param changed hears which credential is another one than before */
    Vault(VirtualTime time, Consumer<String> changed) {
        this.time = time;
        this.changed = changed;
    }

    /** From now on hosts accept another one only, and our provider does not have it yet. */
    public void expire(String name) {
        accepted.merge(name, 1, Integer::sum);
    }

    /** From now on our provider gives the one that is accepted. */
    public void renew(String name) {
        given.put(name, accepted.getOrDefault(name, 0));
    }

    /** The same, and the provider noticed it by itself. */
    public void renewAndTell(String name) {
        renew(name);
        changed.accept(name);
    }

    boolean accepts(Dial dial) {
        return dial.spec()
                .credential()
                .map(name -> dial.credential().equals(Optional.of(issue(accepted, name))))
                .orElse(true);
    }

    private static Secret issue(Map<String, Integer> issues, String name) {
        return Secret.of("issue " + issues.getOrDefault(name, 0));
    }

    @Override
    public CompletionStage<Prepared> prepare(ConnectionSpec spec, Optional<Failure> last) {
        return CompletableFuture.completedStage(
                new Prepared(spec, spec.credential().map(name -> issue(given, name)), asked++));
    }

    /** Only a credential can be had anew; whatever else there are means for has changed. */
    @Override
    public CompletionStage<Boolean> repair(ConnectionSpec spec, Prepared dialled, Failure failure, Repair repair) {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        time.after(
                ASKING,
                () -> told.complete(repair != Repair.CREDENTIAL
                        || spec.credential().isEmpty()
                        || !dialled.credential()
                                .equals(Optional.of(
                                        issue(given, spec.credential().get())))));
        return told;
    }
}
