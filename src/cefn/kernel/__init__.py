"""Words that belong to no business: identifiers, money, quantities, states, events, errors, time and set-based SQL."""
