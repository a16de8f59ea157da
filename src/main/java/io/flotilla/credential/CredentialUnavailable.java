package io.flotilla.credential;

/** There is no credential to be had now, and why: the message is shown to people and holds no secret. Without a stack: it is an outcome. */
public final class CredentialUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CredentialUnavailable(String reason) {
        super(reason, null, false, false);
    }

    /** The reason as it may be shown: what others throw may have secrets in its message, so of that only the class is. */
    public static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CredentialUnavailable known
                ? String.valueOf(known.getMessage())
                : cause.getClass().getSimpleName();
    }
}
