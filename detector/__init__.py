"""sleepjerk: finds, times and groups brief limb jerks in sleep video, for review by a person."""
