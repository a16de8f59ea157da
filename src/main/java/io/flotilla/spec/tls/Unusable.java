package io.flotilla.spec.tls;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Why certificates or a key cannot be used, in words that finish the sentence "the file …"; no secret is in them. */
public final class Unusable extends GeneralSecurityException {

    private static final long serialVersionUID = 1L;

    Unusable(String why) {
        super(why);
    }

    Unusable(String why, @Nullable Throwable cause) {
        super(why, cause);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
