package io.flotilla.transport.netty;

import io.flotilla.failure.Verdict;
import io.flotilla.transport.Dial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a dial has been sent so far, and where it may still go: so many redirects as the spec says, never in a circle, never from
 * wss to ws, and never where the credential would have to go along.
 */
public final class Trail {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> FOR_GOOD = Set.of(301, 308);

    /** What may work later, at the same place; the next dial begins anew. */
    private static final Set<Verdict> LATER = Set.of(Verdict.TRANSIENT, Verdict.TRANSIENT_HINTED, Verdict.DONE);

    private final Dial dial;
    private final Target home;
    private final List<Target> visited = new ArrayList<>();
    private boolean remembered;

    /** How far those redirects led that came first and are for good. */
    private Optional<Target> moved = Optional.empty();

    private boolean forGood = true;

    public Trail(Dial dial) {
        this.dial = dial;
        this.home = new Target(dial.spec().uri().endpoint(), dial.spec().uri().target(dial.credential()));
    }

    /** A redirect that is not followed. Without a stack: it is an answer, not a bug. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super("a redirect was not followed: " + why, null, false, false);
        }
    }

    /** Where the dial begins: where the URI of the spec is now, else at the URI itself. */
    public Target begin() {
        Optional<Target> now = dial.moved()
                .of(dial.spec().uri())
                .map(Target::of)
                .filter(target -> isHome(target) || !dial.homebound());
        remembered = now.isPresent();
        moved = now;
        return begin(now.orElse(home));
    }

    /**
     * It did not open. Where the peer was said to be is forgotten; where the dial began there, and the same attempt would not work
     * later, the place to begin anew: the URI of the spec.
     */
    public Optional<Target> lost(Verdict verdict) {
        if (!remembered) {
            return Optional.empty();
        }
        dial.moved().forget();
        remembered = false;
        forGood = true;
        moved = Optional.empty();
        return LATER.contains(verdict) ? Optional.empty() : Optional.of(begin(home));
    }

    private Target begin(Target first) {
        visited.clear();
        visited.add(first);
        return first;
    }

    public static boolean isRedirect(int status) {
        return REDIRECTS.contains(status);
    }

    /** Where the dial goes on. */
    public Target follow(Target from, int status, String location) throws Refused {
        int max = dial.spec().redirects().max();
        Optional<Target> next = from.follow(location);
        if (next.isEmpty()) {
            throw new Refused("it is unusable, or leads from wss to ws");
        }
        if (visited.contains(next.get())) {
            throw new Refused("it leads in a circle");
        }
        if (visited.size() > max) {
            throw new Refused("it is one more than redirects.max = " + max);
        }
        if (!isHome(next.get()) && dial.homebound()) {
            throw new Refused("it leads to another origin, and on-open would take a credential there");
        }
        visited.add(next.get());
        forGood &= FOR_GOOD.contains(status);
        if (forGood) {
            moved = next;
        }
        return next.get();
    }

    /** Whether it is the origin that the spec names: what is secret stays there. */
    public boolean isHome(Target target) {
        return target.endpoint().equals(home.endpoint());
    }

    /** Whether it is the URI of the spec itself. */
    public boolean isOwn(Target target) {
        return target.equals(home);
    }

    /** It opened: what was said for good is remembered. */
    public void arrived() {
        moved.ifPresent(now -> dial.moved().remember(dial.spec().uri(), now.uri()));
    }
}
