package io.flotilla.admin;

/** Ends a request with a problem. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    Refusal(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
