{ site = { title = "Photos " + "of " + "the house"; port = 8080; }; }
