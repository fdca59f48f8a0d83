package io.bascule.cli;

/** A verb of {@code bascule} that another module brings, found by {@link java.util.ServiceLoader} on the class path. */
public interface Extension {

    /** {@return a command of Picocli} */
    Object command();
}
