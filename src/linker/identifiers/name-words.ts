/** Words that generators of user names put together: `brave-otter-482`. */
export const ADJECTIVES: ReadonlySet<string> = new Set(
  `able aged amber ancient angry autumn bald big bitter black blue bold brave brief bright bright
   broad broken calm careful charming cheerful clean clear clever cold cool crimson curly curious
   damp dark dawn dazzling deep delicate divine dry dusty eager early electric elegant empty epic
   fading fair falling famous fancy fast fierce flat floral fluffy foggy fragrant free fresh
   friendly frosty funny gentle giant glad golden good grand gray great green happy hard hidden
   holy honest humble hungry icy idle jolly kind large late lazy little lively lively long loud
   lucky mad magic mellow mighty misty modern muddy mute mystic narrow nameless neat new nimble
   noble odd old orange pale patient plain polished polite proud pure purple quick quiet rapid
   rare raspy red restless rich rough round royal rusty sad scary secret shady sharp shiny short
   shrill shy silent silly silver sleepy slow small smart smooth snowy soft solitary sparkling
   spring square steep still strange strong summer sunny super sweet swift tall tame tasty tender
   thick thin throbbing tight tiny tired tough twilight vast violet wandering warm weathered white
   wicked wide wild winter wise wispy withered witty yellow young zany`.split(/\s/),
);

export const NOUNS: ReadonlySet<string> = new Set(
  `ape badger bar bass bat bear beaver bee bird bison block boar boat bonus bread breeze brook bush
   butterfly cake camel cat cell cherry cloud cobra coder cow coyote crab crane credit crow darkness
   dawn deer dew dinosaur disk dog dolphin donkey dove dragon dream duck dust eagle elk falcon
   feather ferret field fire firefly fish flamingo flower fog forest fox frog frost gecko glade
   glitter goat goose gorilla grass hall hare hat hawk haze heart hedgehog heron hill horse hyena
   jaguar kangaroo king kiwi koala lab lake lark leaf lemon lemur leopard limit lion lizard llama
   lobster lynx math meadow mode mole monkey moon moose morning mountain mouse mud mule night ninja
   octopus ocean otter owl ox panda panther paper parrot penguin pig pigeon pine pirate pond pony
   possum puma quail queen rabbit raccoon rain ram rat raven recipe resonance rhino rice river
   robin rocket salad salmon scene sea seal shadow shape shark sheep shrimp silence sky sloth smoke
   snail snake snow snowflake sound sparrow spider squid squirrel star stork sun sunset surf swan
   term thunder tiger toad tooth tree truth turkey turtle union unit viper violet voice wasp water
   waterfall wave whale wildflower wind wolf wombat wood worm yak zebra`.split(/\s/),
);
